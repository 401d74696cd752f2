export default { navigationBarTitleText: '分享赚' };
