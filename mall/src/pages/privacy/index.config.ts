export default { navigationBarTitleText: '隐私政策' };
