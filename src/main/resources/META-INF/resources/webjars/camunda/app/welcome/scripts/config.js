// Takes the place of the file of this name in the packed web applications.
export default {
  app: { name: 'Welcome', vendor: 'Attest' },
  customScripts: ['../../../assets/camunda']
};
