import path from 'node:path';

const source = path.resolve(__dirname, '..', 'src');

/** The mini-program is built by Taro; the H5 shop is built by Vite alone (see ../vite.config.ts and ../README.md). */
export default {
  projectName: 'shuke-mall',
  date: '2026-11-24',
  designWidth: 375,
  deviceRatio: { 375: 2, 750: 1 },
  sourceRoot: 'src',
  outputRoot: `dist/${process.env.TARO_ENV}`,
  framework: 'react',
  compiler: 'vite',
  plugins: [],
  defineConstants: {
    // Where the mini-program finds its shop: WeChat wants a full https address.
    SHOP_ORIGIN: JSON.stringify(process.env.SHUKE_MALL_ORIGIN ?? 'https://shop.example.com'),
  },
  alias: {
    '@elements': path.join(source, 'elements', 'weapp.tsx'),
    '@platform': path.join(source, 'platform', 'weapp.ts'),
  },
  mini: {
    postcss: { pxtransform: { enable: true, config: {} }, cssModules: { enable: false } },
  },
  h5: {},
};
