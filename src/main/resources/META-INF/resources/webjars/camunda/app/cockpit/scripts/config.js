// Takes the place of the file of this name in the packed web applications.
// A busy server may need more than the seven seconds after which the page would stay empty for good.
window.require?.config?.({ waitSeconds: 60 });

export default {
  app: { name: 'Cockpit', vendor: 'Attest' },
  customScripts: ['../../../assets/camunda']
};
