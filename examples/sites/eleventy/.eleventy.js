module.exports = () => ({ dir: { input: 'content' } });
