export default { navigationBarTitleText: '分类' };
