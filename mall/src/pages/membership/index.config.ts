export default { navigationBarTitleText: '会员与积分' };
