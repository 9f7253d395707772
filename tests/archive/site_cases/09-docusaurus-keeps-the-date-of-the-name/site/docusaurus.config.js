module.exports = {url: 'https://town.example'};
