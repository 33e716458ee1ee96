// Draws the charts of a page anew with figures at each point, from the data beside their SVG.
// Without this file, in print and where the library fails, the SVG stays.
(function () {
  'use strict';

  var LIBRARY = '/assets/echarts.min.js';
  var plots = new Map();
  var dark = window.matchMedia('(prefers-color-scheme: dark)');
  var library = null;

  function load() {
    library = library || new Promise(function (done, failed) {
      if (window.echarts) { done(); return; }
      var script = document.createElement('script');
      script.src = LIBRARY;
      script.onload = function () { done(); };
      script.onerror = failed;
      document.head.append(script);
    });
    return library;
  }

  // ---- words and colours

  function figure(v) {
    if (v === null || v === undefined || !isFinite(v)) { return 'not available'; }
    var size = Math.abs(v);
    if (v === Math.round(v) && size < 1e9) { return String(v); }
    if (size >= 1e7 || size < 1e-5) { return v.toExponential(2); }
    return String(Number(v.toPrecision(4)));
  }

  /** The ends of an axis are data, and half of their text stands beside the chart. */
  function end(v) { return figure(Math.abs(v) < 1 ? Number(v.toPrecision(3)) : v); }

  function signed(v) { return (v > 0 ? '+' : '') + figure(v); }

  function percent(v) { return figure(Math.round(v * 1000) / 10) + ' %'; }

  function colours() {
    var style = getComputedStyle(document.documentElement);
    function of(name) { return style.getPropertyValue(name).trim(); }
    return {ink: of('--ink'), soft: of('--soft'), line: of('--line'), paper: of('--paper'), sheet: of('--sheet'), accent: of('--chart-accent'), contrast: of('--chart-contrast')};
  }

  function short(text, most) {
    var signs = Array.from(text);
    if (signs.length <= most) { return text; }
    var half = Math.floor((most - 1) / 2);
    return signs.slice(0, half).join('') + '…' + signs.slice(signs.length - half).join('');
  }

  var pen = document.createElement('canvas').getContext('2d');

  /** The longest part around signs [from, to) that fits, with an ellipsis where something is left out. */
  function fitting(signs, from, to, room) {
    function text(a, b) { return (a > 0 ? '…' : '') + signs.slice(a, b).join('') + (b < signs.length ? '…' : ''); }
    function fits(a, b) { return pen.measureText(text(a, b)).width <= room; }
    while (to - from > 1 && !fits(from, to)) { to--; }
    for (var grown = true; grown;) {
      grown = false;
      if (from > 0 && fits(from - 1, to)) { from--; grown = true; }
      if (to < signs.length && fits(from, to + 1)) { to++; grown = true; }
    }
    return text(from, to);
  }

  function middleOut(signs, room) {
    for (var kept = signs.length - 1; kept > 2; kept--) {
      var text = signs.slice(0, Math.ceil(kept / 2)).join('') + '…' + signs.slice(signs.length - Math.floor(kept / 2)).join('');
      if (pen.measureText(text).width <= room) { return text; }
    }
    return '…';
  }

  /**
   * What to write for each of these names in so many pixels. Long ones lose their middle; where that makes two alike, they
   * lose what all of them begin and end with instead.
   */
  function named(names, room, size) {
    pen.font = (size || 12) + 'px system-ui, sans-serif';
    var written = new Map();
    var long = [];
    names.forEach(function (n) {
      if (pen.measureText(n).width <= room) { written.set(n, n); } else { long.push(Array.from(n)); }
    });
    long.forEach(function (signs) { written.set(signs.join(''), middleOut(signs, room)); });
    if (new Set(written.values()).size < written.size) {
      var least = Math.min.apply(null, long.map(function (n) { return n.length; }));
      var head = 0, tail = 0;
      while (head < least && long.every(function (n) { return n[head] === long[0][head]; })) { head++; }
      while (tail < least - head && long.every(function (n) { return n[n.length - 1 - tail] === long[0][long[0].length - 1 - tail]; })) { tail++; }
      long.forEach(function (signs) { written.set(signs.join(''), fitting(signs, head, Math.max(head + 1, signs.length - tail), room)); });
    }
    return function (n) { return written.get(n); };
  }

  function mix(from, to, share) {
    function parts(c) {
      var hex = c.replace('#', '');
      if (hex.length === 3) { hex = hex.replace(/./g, '$&$&'); }
      return [0, 2, 4].map(function (i) { return parseInt(hex.substring(i, i + 2), 16); });
    }
    var a = parts(from), b = parts(to);
    return 'rgb(' + a.map(function (v, i) { return Math.round(v + (b[i] - v) * share); }).join(',') + ')';
  }

  // Lines of text as elements: what comes from outside is never markup.
  function tip(lines) {
    var box = document.createElement('div');
    box.className = 'tip';
    lines.forEach(function (line, i) {
      var row = document.createElement(i === 0 ? 'strong' : 'span');
      row.dir = 'auto';
      row.textContent = line;
      box.append(row);
    });
    return box;
  }

  // ---- the kinds of charts: each gives an option, a height, and what can be visited by keyboard

  var STRIPES = {symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: -Math.PI / 4};

  function frame(c, narrow) {
    return {
      animation: false,
      textStyle: {fontFamily: 'system-ui, sans-serif', color: c.ink},
      grid: {left: narrow ? 118 : 205, right: narrow ? 44 : 70, top: 8, bottom: 46},
      tooltip: {confine: true, trigger: 'item', backgroundColor: c.paper, borderColor: c.line, padding: 8, textStyle: {color: c.ink, fontSize: 13}, transitionDuration: 0}
    };
  }

  function valueAxis(c, name) {
    return {type: 'value', name: name, nameLocation: 'middle', nameGap: 28, nameTextStyle: {color: c.soft}, scale: false, splitNumber: 4,
      axisLabel: {color: c.soft, formatter: figure, hideOverlap: true}, splitLine: {lineStyle: {color: c.line}}, axisLine: {show: false}};
  }

  // left: what the chart leaves free for the names
  function nameAxis(c, names, left) {
    return {type: 'category', inverse: true, data: names, axisTick: {show: false}, axisLine: {lineStyle: {color: c.soft}},
      axisLabel: {color: c.ink, interval: 0, formatter: named(names, left - 12)}};
  }

  function interval(color) {
    return function (params, api) {
      var row = api.value(0);
      var low = api.coord([api.value(1), row]), high = api.coord([api.value(2), row]);
      function line(a, b) { return {type: 'line', shape: {x1: a[0], y1: a[1], x2: b[0], y2: b[1]}, style: {stroke: color, lineWidth: 1.5}, silent: true}; }
      return {type: 'group', silent: true, children: [line(low, high), line([low[0], low[1] - 4], [low[0], low[1] + 4]), line([high[0], high[1] - 4], [high[0], high[1] + 4])]};
    };
  }

  var kinds = {
    bars: function (d, c, narrow) {
      var names = d.bars.map(function (b) { return b[0]; });
      function say(i) {
        var b = d.bars[i];
        return [b[0], figure(b[1])].concat(b[2] === null || b[3] === null ? [] : ['95 % interval: ' + figure(b[2]) + ' to ' + figure(b[3])]);
      }
      var option = frame(c, narrow);
      option.xAxis = valueAxis(c, short(d.axis, narrow ? 34 : 90));
      option.yAxis = nameAxis(c, names, option.grid.left);
      option.tooltip.formatter = function (p) { return tip(say(p.dataIndex)); };
      option.series = [
        {type: 'bar', barWidth: '62%', data: d.bars.map(function (b) {
          var falls = b[1] !== null && b[1] < 0;
          return {value: b[1], itemStyle: {color: falls ? c.contrast : c.accent, decal: falls ? Object.assign({color: 'rgba(255,255,255,.5)'}, STRIPES) : undefined}};
        })},
        {type: 'custom', silent: true, renderItem: interval(c.ink), encode: {x: [1, 2], y: 0}, tooltip: {show: false}, z: 5,
          data: d.bars.map(function (b, i) { return [i, b[2], b[3]]; }).filter(function (v) { return v[1] !== null && v[2] !== null; })}
      ];
      if (d.bars.length) {
        option.series[0].label = {show: true, position: 'right', distance: narrow ? 4 : 8, color: c.soft, fontSize: 11, formatter: function (p) {
          var b = d.bars[p.dataIndex];
          // Beside an interval there is no room: the figure is in the tip and the table.
          return b[3] === null ? figure(b[1]) : '';
        }};
      }
      return {option: option, height: 70 + 24 * d.bars.length, stops: d.bars.map(function (b, i) { return {series: 0, index: i, say: say(i).join(', ')}; }), note: d.more ? 'and ' + d.more + ' more, not drawn' : ''};
    },

    waterfall: function (d, c, narrow) {
      var rows = [{name: 'base value', total: d.base}];
      var sum = d.base;
      d.steps.forEach(function (s) {
        var next = sum + (s[2] || 0);
        rows.push({name: s[1] ? s[0] + ' = ' + s[1] : s[0], from: sum, to: next, by: s[2]});
        sum = next;
      });
      rows.push({name: 'prediction', total: d.prediction});
      function say(i) {
        var r = rows[i];
        return r.total !== undefined ? [r.name, figure(r.total)] : [r.name, signed(r.by), 'from ' + figure(r.from) + ' to ' + figure(r.to)];
      }
      var option = frame(c, narrow);
      option.xAxis = valueAxis(c, d.axis);
      option.xAxis.scale = true;
      option.yAxis = nameAxis(c, rows.map(function (r) { return r.name; }), option.grid.left);
      option.tooltip.formatter = function (p) { return tip(say(p.dataIndex)); };
      option.series = [{type: 'custom', encode: {x: [1, 2], y: 0}, data: rows.map(function (r, i) { return r.total !== undefined ? [i, r.total, r.total] : [i, r.from, r.to]; }),
        renderItem: function (params, api) {
          var r = rows[params.dataIndex];
          var a = api.coord([api.value(1), api.value(0)]), b = api.coord([api.value(2), api.value(0)]);
          var tall = api.size([0, 1])[1];
          var mark = r.total !== undefined;
          var falls = !mark && r.to < r.from;
          var left = Math.min(a[0], b[0]), wide = mark ? 3 : Math.max(2, Math.abs(a[0] - b[0]));
          var right = Math.max(a[0], b[0]);
          return {type: 'group', children: [
            {type: 'rect', shape: {x: left, y: a[1] - tall * 0.34, width: wide, height: tall * 0.68}, style: {fill: mark ? c.ink : falls ? c.contrast : c.accent, decal: undefined}},
            {type: 'text', style: {text: mark ? figure(r.total) : (falls ? '◂ ' : '▸ ') + signed(r.by), x: right + 6, y: a[1], verticalAlign: 'middle', fill: mark ? c.ink : c.soft, font: (mark ? 'bold ' : '') + '11px system-ui, sans-serif'}}
          ]};
        }}];
      return {option: option, height: 70 + 25 * rows.length, stops: rows.map(function (r, i) { return {series: 0, index: i, say: say(i).join(', ')}; }), note: ''};
    },

    lines: function (d, c, narrow) {
      var levels = d.labels.length > 0;
      var at = levels ? d.labels : d.x;
      var rings = d.off.map(function (o) { return o !== null && o > d.much; });
      function say(i) {
        var lines = [levels ? at[i] : d.xAxis + ': ' + figure(at[i])];
        d.series.forEach(function (s) {
          if (!s.x.length) { lines.push(s.name + ': ' + figure(s.y[i]) + (s === d.series[0] && d.band.length && d.band[i] !== null ? ' ± ' + figure(d.band[i]) : '')); }
        });
        if (d.support.length) { lines.push(d.support[i] + (d.support[i] === 1 ? ' row' : ' rows')); }
        if (rings[i]) { lines.push(percent(d.off[i]) + ' off the data'); }
        return lines;
      }
      var supported = d.support.length > 0;
      // One line for each name: on a narrow page they would wrap onto the title of the axis.
      var legend = d.series.length > 1 ? (narrow ? 20 * d.series.length + 4 : 24) : 0;
      var foot = levels ? 94 : 44;
      var option = frame(c, narrow);
      option.grid = [{left: 58, right: 22, top: 12, bottom: foot + (supported ? 58 : 0) + legend}];
      var axis = levels
        ? {type: 'category', data: at, axisLabel: {color: c.ink, interval: 0, rotate: 35, formatter: named(at, 112)}}
        : {type: 'value', scale: true, axisLabel: {color: c.soft, formatter: end, hideOverlap: true}, min: 'dataMin', max: 'dataMax', splitLine: {show: false}};
      axis.name = short(d.xAxis, narrow ? 36 : 80);
      axis.nameLocation = 'middle';
      axis.nameGap = levels ? 74 : 26;
      axis.nameTextStyle = {color: c.soft};
      axis.axisLine = {lineStyle: {color: c.soft}, onZero: false};
      var up = {type: 'value', scale: true, splitNumber: 4, axisLabel: {color: c.soft, formatter: figure}, splitLine: {lineStyle: {color: c.line}}};
      option.xAxis = [axis];
      option.yAxis = [up];
      if (supported) {
        option.grid.push({left: 58, right: 22, height: 40, bottom: foot + legend});
        var top = Object.assign({}, axis, {gridIndex: 1});
        option.xAxis[0] = Object.assign({}, axis, {axisLabel: {show: false}, name: '', axisTick: {show: false}});
        option.xAxis.push(top);
        option.yAxis.push({type: 'value', gridIndex: 1, splitNumber: 1, name: 'rows', nameLocation: 'middle', nameGap: 36, nameTextStyle: {color: c.soft}, axisLabel: {color: c.soft, formatter: figure, showMinLabel: false}, splitLine: {show: false}});
        if (!levels) {
          var all = d.series.reduce(function (l, s) { return l.concat(s.x); }, at.slice()).filter(function (v) { return v !== null; });
          option.xAxis.forEach(function (a) { a.min = Math.min.apply(null, all); a.max = Math.max.apply(null, all); });
        }
      }
      option.tooltip.formatter = function (p) {
        return tip(p.seriesId === 'beside' ? [p.seriesName, levels ? at[p.dataIndex] : d.xAxis + ': ' + figure(p.value[0]), figure(p.value[1])] : say(p.dataIndex));
      };
      option.series = d.faint.map(function (f) {
        return {type: levels ? 'scatter' : 'line', silent: true, showSymbol: false, symbolSize: 3, lineStyle: {width: 0.6, color: c.ink, opacity: 0.3}, itemStyle: {color: c.ink, opacity: 0.3}, data: at.map(function (v, i) { return [v, f[i]]; }), tooltip: {show: false}, z: 1};
      });
      if (d.band.length) {
        option.series.push({type: 'custom', silent: true, z: 2, tooltip: {show: false}, data: at.map(function (v, i) { return [levels ? i : v, d.series[0].y[i] - d.band[i], d.series[0].y[i] + d.band[i]]; }),
          renderItem: function (params, api) {
            var a = api.coord([api.value(0), api.value(1)]), b = api.coord([api.value(0), api.value(2)]);
            return {type: 'line', silent: true, shape: {x1: a[0], y1: a[1], x2: b[0], y2: b[1]}, style: {stroke: c.accent, lineWidth: 1}};
          }, encode: {x: 0, y: [1, 2]}});
      }
      var main = option.series.length;
      d.series.forEach(function (s, n) {
        var first = n === 0;
        option.series.push({
          id: first ? 'main' : 'beside' + (n > 1 ? n : ''), name: s.name, type: levels ? 'scatter' : 'line', z: first ? 4 : 3,
          symbol: first ? 'circle' : 'rect', symbolSize: levels ? (first ? 9 : 15) : first ? 7 : 5, showSymbol: true,
          lineStyle: {width: first ? 2.5 : 1.5, type: first ? 'solid' : 'dashed', color: first ? c.accent : c.ink},
          itemStyle: levels && !first ? {color: 'transparent', borderColor: c.ink, borderWidth: 1.5} : {color: first ? c.accent : c.ink, opacity: first ? 1 : 0.7},
          data: s.y.map(function (v, i) {
            var point = {value: [s.x.length ? s.x[i] : at[i], v]};
            if (first && rings[i]) { point.symbol = 'emptyCircle'; point.symbolSize = 11; }
            return point;
          })
        });
      });
      if (supported) {
        option.series.push({type: 'bar', xAxisIndex: 1, yAxisIndex: 1, id: 'rows', barWidth: levels ? '50%' : Math.max(2, Math.min(14, 300 / at.length)), itemStyle: {color: c.soft, opacity: 0.6},
          data: at.map(function (v, i) { return [v, d.support[i]]; })});
      }
      if (d.series.length > 1) {
        // Marks of categories are as wide as they are high: the bars below are the rows.
        option.legend = {bottom: 0, left: narrow ? 0 : 50, orient: narrow ? 'vertical' : 'horizontal', itemGap: narrow ? 6 : 10, itemHeight: 10, textStyle: {color: c.ink}, data: d.series.map(function (s) { return s.name; })};
        if (levels) { option.legend.itemWidth = 10; }
      }
      return {option: option, height: (levels ? 386 : 306) + Math.max(24, legend), stops: at.map(function (v, i) { return {series: main, index: i, say: say(i).join(', ')}; }), note: d.more ? 'and ' + d.more + ' more levels, not drawn' : ''};
    },

    heat: function (d, c, narrow) {
      var n = d.names.length;
      var cells = [];
      d.values.forEach(function (row, i) { row.forEach(function (v, j) { cells.push([j, i, v === null ? '-' : v]); }); });
      function say(cell) {
        return [d.names[cell[1]] + ' and ' + d.names[cell[0]], cell[2] === '-' ? 'not available' : figure(cell[2])];
      }
      var option = frame(c, narrow);
      option.grid = {left: narrow ? 112 : 180, right: 12, top: 8, bottom: narrow ? 150 : 160};
      option.xAxis = {type: 'category', data: d.names, axisTick: {show: false}, axisLine: {show: false}, axisLabel: {color: c.ink, interval: 0, rotate: 60, fontSize: narrow ? 10 : 12, formatter: named(d.names, narrow ? 115 : 125, narrow ? 10 : 12)}};
      option.yAxis = nameAxis(c, d.names, option.grid.left);
      option.yAxis.axisLine = {show: false};
      option.visualMap = {min: -1, max: 1, calculable: false, orient: 'horizontal', left: 'center', bottom: 0, itemHeight: 120, itemWidth: 12, text: ['1, rise together', '-1, one falls'], textStyle: {color: c.ink},
        inRange: {color: [c.contrast, c.paper, c.accent]}};
      option.tooltip.formatter = function (p) { return tip(say(p.value)); };
      option.series = [{type: 'heatmap', data: cells, itemStyle: {borderColor: c.paper, borderWidth: 1}, emphasis: {itemStyle: {borderColor: c.ink, borderWidth: 2}},
        label: {show: !narrow || n <= 8, fontSize: n <= 10 ? 12 : 10, color: c.ink, formatter: function (p) {
          var v = p.value[2];
          return p.value[0] === p.value[1] ? '' : v === '-' ? '–' : Math.abs(v) >= 0.1 || n <= 10 ? v.toFixed(2).replace(/^(-?)0\./, '$1.') : '';
        }}}];
      var off = cells.map(function (v, i) { return {series: 0, index: i, cell: v}; }).filter(function (s) { return s.cell[0] < s.cell[1] && s.cell[2] !== '-'; });
      off.sort(function (a, b) { return Math.abs(b.cell[2]) - Math.abs(a.cell[2]); });
      return {option: option, height: 190 + n * (n <= 10 ? 34 : 25), stops: off.map(function (s) { return {series: 0, index: s.index, say: say(s.cell).join(': ')}; }), note: d.more ? 'and ' + d.more + ' more columns with weaker links' : ''};
    },

    swarm: function (d, c, narrow) {
      var data = [];
      d.features.forEach(function (f, k) { f.points.forEach(function (p) { if (p[0] !== null) { data.push([p[0], k + p[1] * -1, p[2], p[3], k]); } }); });
      function say(v) { return [d.features[v[4]].name + (v[3] === '' ? '' : ' = ' + v[3]), signed(v[0])]; }
      var option = frame(c, narrow);
      var name = named(d.features.map(function (f) { return f.name; }), option.grid.left - 12);
      option.grid.right = 20;
      option.grid.bottom = 72;
      option.xAxis = valueAxis(c, short(d.axis, narrow ? 34 : 90));
      option.yAxis = {type: 'value', inverse: true, min: -0.5, max: d.features.length - 0.5, interval: 1, splitLine: {show: false}, axisTick: {show: false}, axisLabel: {show: false}, axisLine: {show: false}};
      option.tooltip.formatter = function (p) { return tip(say(p.value)); };
      var groups = [
        {name: 'low value', symbol: 'triangle', rotate: 180, colour: c.contrast, is: function (l) { return l !== null && l < 1 / 3; }},
        {name: 'middle', symbol: 'circle', rotate: 0, colour: c.soft, is: function (l) { return l !== null && l >= 1 / 3 && l <= 2 / 3; }},
        {name: 'high value', symbol: 'triangle', rotate: 0, colour: c.accent, is: function (l) { return l !== null && l > 2 / 3; }},
        {name: 'no order', symbol: 'rect', rotate: 0, colour: c.soft, is: function (l) { return l === null; }}
      ];
      option.series = groups.map(function (g) {
        return {name: g.name, type: 'scatter', symbol: g.symbol, symbolRotate: g.rotate, symbolSize: 6, itemStyle: {color: g.colour, opacity: 0.8}, data: data.filter(function (v) { return g.is(v[2]); }), encode: {x: 0, y: 1}, emphasis: {itemStyle: {borderColor: c.ink, borderWidth: 1.5}}};
      });
      // The names: an axis of values has none between its ends.
      option.series.push({type: 'custom', silent: true, tooltip: {show: false}, data: d.features.map(function (f, k) { return [0, k]; }), renderItem: function (params, api) {
        var y = api.coord([0, api.value(1)])[1];
        return {type: 'group', silent: true, children: [
          {type: 'text', silent: true, style: {text: name(d.features[params.dataIndex].name), x: params.coordSys.x - 8, y: y, align: 'right', verticalAlign: 'middle', fill: c.ink, font: '12px system-ui, sans-serif'}},
          {type: 'line', silent: true, shape: {x1: params.coordSys.x, y1: y, x2: params.coordSys.x + params.coordSys.width, y2: y}, style: {stroke: c.line}, z2: -1}]};
      }, z: 0});
      option.legend = {bottom: 0, left: 'center', itemHeight: 9, textStyle: {color: c.ink}, data: groups.filter(function (g, i) { return option.series[i].data.length; }).map(function (g) { return g.name; })};
      var stops = d.features.map(function (f) {
        var values = f.points.map(function (p) { return p[0]; }).filter(function (v) { return v !== null; });
        return {say: f.name + ': from ' + signed(Math.min.apply(null, values)) + ' to ' + signed(Math.max.apply(null, values))};
      });
      return {option: option, height: 110 + 34 * d.features.length, stops: stops, note: ''};
    }
  };

  // ---- one chart on the page

  function draw(plot) {
    var kind = kinds[plot.data.kind];
    var narrow = plot.canvas.clientWidth < 520;
    var made = kind(plot.data, colours(), narrow);
    plot.narrow = narrow;
    plot.stops = made.stops;
    plot.canvas.style.height = made.height + 'px';
    plot.note.textContent = made.note;
    plot.chart = plot.chart || window.echarts.init(plot.canvas, null, {renderer: 'canvas'});
    plot.chart.setOption(made.option, true);
    plot.chart.resize();
  }

  function visit(plot, step) {
    if (!plot.stops.length) { return; }
    plot.at = plot.at === undefined ? (step > 0 ? 0 : plot.stops.length - 1) : (plot.at + step + plot.stops.length) % plot.stops.length;
    var stop = plot.stops[plot.at];
    plot.said.textContent = stop.say;
    if (stop.series !== undefined) {
      plot.chart.dispatchAction({type: 'downplay'});
      plot.chart.dispatchAction({type: 'highlight', seriesIndex: stop.series, dataIndex: stop.index});
      plot.chart.dispatchAction({type: 'showTip', seriesIndex: stop.series, dataIndex: stop.index});
    }
  }

  function keys(plot) {
    plot.box.addEventListener('keydown', function (e) {
      var step = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[e.key];
      if (step && e.target === plot.box) {
        e.preventDefault();
        visit(plot, step);
      } else if (e.key === 'Escape' && plot.chart) {
        plot.at = undefined;
        plot.chart.dispatchAction({type: 'hideTip'});
        plot.chart.dispatchAction({type: 'downplay'});
      }
    });
  }

  function begin(box) {
    if (plots.has(box)) { return; }
    var text = box.querySelector('script[type="application/json"]');
    if (!text) { return; }
    var data = JSON.parse(text.textContent);
    if (!kinds[data.kind]) { return; }
    var plot = {box: box, data: data, canvas: document.createElement('div'), note: document.createElement('p'), said: document.createElement('p')};
    plots.set(box, plot);
    load().then(function () {
      plot.canvas.className = 'canvas';
      plot.canvas.setAttribute('aria-hidden', 'true');
      plot.note.className = 'help';
      plot.said.className = 'said';
      plot.said.setAttribute('aria-live', 'polite');
      box.classList.add('drawn');
      box.setAttribute('aria-roledescription', 'chart');
      box.setAttribute('aria-label', data.title + '. Arrow keys read the figures; the table below has them too.');
      box.append(plot.canvas, plot.note, plot.said);
      try {
        draw(plot);
      } catch (e) {
        // The SVG says the same.
        box.classList.remove('drawn');
        plot.canvas.remove();
        throw e;
      }
      keys(plot);
      sizes.observe(box);
    }, function () { /* the SVG stays */ });
  }

  var sizes = new ResizeObserver(function (entries) {
    entries.forEach(function (entry) {
      var plot = plots.get(entry.target);
      if (!plot || !plot.chart || !plot.canvas.clientWidth) { return; }
      if (plot.narrow !== plot.canvas.clientWidth < 520) { draw(plot); } else { plot.chart.resize(); }
    });
  });

  // Far down the page nothing is drawn before somebody comes near.
  var near = new IntersectionObserver(function (entries) {
    entries.forEach(function (entry) {
      if (entry.isIntersecting) {
        near.unobserve(entry.target);
        begin(entry.target);
      }
    });
  }, {rootMargin: '600px'});

  function look() {
    plots.forEach(function (plot, box) {
      if (!box.isConnected) {
        if (plot.chart) { plot.chart.dispose(); }
        plots.delete(box);
      }
    });
    document.querySelectorAll('.plot').forEach(function (box) {
      if (!plots.has(box) && box.querySelector('script[type="application/json"]')) { near.observe(box); }
    });
  }

  dark.addEventListener('change', function () {
    plots.forEach(function (plot) { if (plot.chart) { draw(plot); } });
  });

  document.addEventListener('attest:fresh', look);
  look();
})();
