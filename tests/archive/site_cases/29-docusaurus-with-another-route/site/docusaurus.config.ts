import type {Config} from '@docusaurus/types';

const config: Config = {
  url: 'https://town.example',
  baseUrl: '/',
  presets: [
    ['classic', {
      docs: {routeBasePath: 'docs', path: 'documentation'},
      blog: {feedOptions: {type: 'all'}, path: './news', routeBasePath: '/docs/news/'},
    }],
  ],
};
export default config;
