export default {
  title: 'Garden planner',
  url: 'https://garden.example',
  baseUrl: '/',
};
