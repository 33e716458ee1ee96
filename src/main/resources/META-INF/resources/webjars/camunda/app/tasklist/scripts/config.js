// Takes the place of the file of this name in the packed web applications.
// A busy server may need more than the seven seconds after which the page would stay empty for good.
window.require?.config?.({ waitSeconds: 60 });

export default {
  app: { name: 'Tasklist', vendor: 'Attest' },
  customScripts: ['../../../assets/camunda', '../../../assets/forms'],
  // Comments on a task stay with its process instance, so the record of the audit keeps them.
  assignProcessInstanceIdToTaskComment: true,
  shortcuts: {
    claimTask: { key: 'ctrl+alt+c', description: 'claims the currently selected task' },
    focusFilter: { key: 'ctrl+shift+f', description: 'set the focus to the first filter in the list' },
    focusList: { key: 'ctrl+alt+l', description: 'sets the focus to the first task in the list' },
    focusForm: { key: 'ctrl+alt+f', description: 'sets the focus to the first input field in a task form' },
    startProcess: { key: 'ctrl+alt+p', description: 'opens the start process modal dialog' }
  }
};
