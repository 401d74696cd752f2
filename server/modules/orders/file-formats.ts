import type { FileFormat } from './file-format.ts';
import {
  douyinAfterSales,
  douyinOrders,
  jdOrders,
  pddOrders,
  taobaoLines,
  taobaoOrders,
  youzanOrders,
} from './file-formats-china.ts';

const voucher = /^gift_/i;
const fees = /^(?:M|S|D|B|AMAZONFEE|BANK CHARGES|CRUK|ADJUST\d*|TEST\d*)$/i;

/** UCI "Online Retail" and files like it: one row per line, `C…` takes goods back, `A…` and stock corrections are bookkeeping. */
export const onlineRetail: FileFormat = {
  code: 'online_retail',
  name: { 'zh-CN': 'Online Retail 明细', en: 'Online Retail lines' },
  channel: 'online_retail',
  sourceId: -1,
  currency: 'GBP',
  timeZone: 'Europe/London',
  dateOrder: 'mdy',
  signature: ['InvoiceNo', 'StockCode', 'Quantity', 'InvoiceDate', 'UnitPrice'],
  columns: {
    orderNo: ['InvoiceNo'],
    sku: ['StockCode'],
    title: ['Description'],
    quantity: ['Quantity'],
    placedAt: ['InvoiceDate'],
    unitPrice: ['UnitPrice'],
    buyerId: ['CustomerID', 'Customer ID'],
    country: ['Country'],
  },
  required: ['orderNo', 'placedAt', 'quantity', 'unitPrice'],
  statuses: [],
  defaultStatus: 'paid',
  amountsOf: 'order',
  parts: ['head', 'lines'],
  orderKind: (orderNo, quantities) => {
    if (/^C/i.test(orderNo)) return 'return';
    // An invoice that takes goods back without being a credit note is a stock correction.
    return /^A/i.test(orderNo) || quantities.some((quantity) => quantity < 0) ? 'adjustment' : 'sale';
  },
  lineKind: (sku) => {
    if (/^(?:POST|DOT|C2)$/i.test(sku)) return 'freight';
    if (voucher.test(sku)) return 'gift_card';
    if (/^D$/i.test(sku)) return 'discount';
    return fees.test(sku) ? 'fee' : 'goods';
  },
  buyerIdFrom: (cell) => cell.replace(/\.0+$/, ''),
};

export const shopifyOrders: FileFormat = {
  code: 'shopify_orders',
  name: { 'zh-CN': 'Shopify 订单', en: 'Shopify orders' },
  channel: 'shopify',
  sourceId: -2,
  currency: 'USD',
  timeZone: 'UTC',
  dateOrder: 'mdy',
  signature: ['Name', 'Financial Status', 'Fulfillment Status', 'Lineitem quantity', 'Lineitem name', 'Lineitem price'],
  columns: {
    orderNo: ['Name'],
    status: ['Financial Status'],
    fulfilment: ['Fulfillment Status'],
    placedAt: ['Created at'],
    paidAt: ['Paid at'],
    shippedAt: ['Fulfilled at'],
    cancelledAt: ['Cancelled at'],
    currency: ['Currency'],
    payable: ['Total'],
    paid: ['Total'],
    goodsTotal: ['Subtotal'],
    freight: ['Shipping'],
    tax: ['Taxes'],
    discount: ['Discount Amount'],
    refunded: ['Refunded Amount'],
    buyerEmail: ['Email'],
    buyerPhone: ['Phone'],
    receiverName: ['Shipping Name'],
    receiverPhone: ['Shipping Phone'],
    country: ['Shipping Country'],
    province: ['Shipping Province Name', 'Shipping Province'],
    city: ['Shipping City'],
    address: ['Shipping Street', 'Shipping Address1'],
    remark: ['Notes'],
    sku: ['Lineitem sku'],
    title: ['Lineitem name'],
    quantity: ['Lineitem quantity'],
    unitPrice: ['Lineitem price'],
    lineDiscount: ['Lineitem discount'],
    paymentMethod: ['Payment Method'],
    campaign: ['Discount Code'],
  },
  required: ['orderNo', 'placedAt', 'quantity', 'unitPrice'],
  statuses: [],
  defaultStatus: 'placed',
  amountsOf: 'order',
  parts: ['head', 'lines', 'payments', 'refunds'],
  statusFrom: (cell) => {
    const financial = cell('status').toLowerCase();
    if (financial === '') return null;
    if (cell('cancelledAt') !== '' || financial === 'voided') return 'cancelled';
    if (financial === 'refunded') return 'refunded';
    if (cell('fulfilment').toLowerCase() === 'fulfilled') return 'shipped';
    return /^(?:paid|partially_refunded|partially_paid)$/.test(financial) ? 'paid' : 'placed';
  },
};

/** Any other file: columns are guessed by common names and chosen by hand. */
export const genericOrders: FileFormat = {
  code: 'generic',
  name: { 'zh-CN': '通用订单', en: 'Any order file' },
  channel: 'file',
  sourceId: -3,
  currency: 'CNY',
  timeZone: 'Asia/Shanghai',
  dateOrder: 'ymd',
  signature: [],
  columns: {
    orderNo: [
      '订单编号',
      '订单号',
      '单号',
      '订单ID',
      '流水号',
      '小票号',
      'order_no',
      'order no',
      'order number',
      'order id',
      'order_id',
      'invoice',
      'invoice no',
    ],
    lineNo: ['子订单编号', '子订单号', '行号', 'line_no', 'order_item_id', 'line id'],
    status: ['订单状态', '状态', 'status', 'order status', 'order_status'],
    placedAt: [
      '下单时间',
      '订单创建时间',
      '创建时间',
      '下单日期',
      '销售时间',
      '交易时间',
      '日期',
      'placed_at',
      'created_at',
      'created at',
      'order date',
      'order_date',
      'order_purchase_timestamp',
      'date',
    ],
    paidAt: ['付款时间', '支付时间', 'paid_at', 'paid at', 'payment date'],
    shippedAt: ['发货时间', 'shipped_at', 'shipped at'],
    receivedAt: ['完成时间', '确认收货时间', '收货时间', 'received_at', 'completed_at', 'delivered_at'],
    payable: ['应付金额', '订单金额', '应收金额', '总金额', 'total', 'amount', 'order_total', 'payable'],
    paid: ['实付金额', '实付', '实收金额', '实收', 'paid', 'paid_amount', 'amount paid'],
    freight: ['运费', '邮费', 'freight', 'shipping'],
    discount: ['优惠金额', '优惠', 'discount'],
    refunded: ['退款金额', '已退款金额', 'refunded', 'refunded_amount'],
    currency: ['币种', '货币', 'currency'],
    buyerId: ['会员名', '买家昵称', '买家账号', '客户编号', 'customer_id', 'customer id', 'buyer_id', 'user_id'],
    memberNo: ['会员号', '会员卡号', 'member_no', 'member no'],
    buyerPhone: ['会员手机', '买家手机号', '客户手机号', '手机号', '手机', 'phone', 'mobile'],
    buyerEmail: ['邮箱', 'email', 'e-mail'],
    receiverName: ['收货人', '收货人姓名', '收件人', 'receiver', 'receiver_name'],
    receiverPhone: ['收货人手机', '收货人电话', '联系手机', '收件人手机号', 'receiver_phone'],
    country: ['国家', 'country'],
    province: ['省', '省份', 'province', 'state'],
    city: ['市', '城市', 'city'],
    district: ['区', '区县', 'district'],
    address: ['收货地址', '详细地址', '地址', 'address'],
    remark: ['备注', '买家留言', 'note', 'remark'],
    shop: ['店铺', '店铺名称', 'shop'],
    store: ['门店编号', '门店ID', 'store_id', 'store'],
    sku: ['商家编码', 'SKU', 'SKU编码', '货号', '商品编码', '条码', 'sku', 'sku_code', 'product_id', 'stock code'],
    title: ['商品名称', '商品标题', '品名', '商品', 'title', 'product', 'product name', 'description', 'item'],
    spec: ['规格', '商品规格', 'spec', 'variant'],
    quantity: ['数量', '商品数量', '购买数量', 'quantity', 'qty', 'units'],
    unitPrice: ['单价', '价格', '售价', 'price', 'unit_price', 'unit price'],
    lineAmount: ['小计', '商品金额', '行金额', 'line_total', 'line total', 'subtotal'],
    guide: ['导购', '销售导购', '导购员', 'guide', 'salesperson'],
    paymentMethod: ['支付方式', '付款方式', 'payment method', 'payment_type'],
  },
  required: ['orderNo', 'placedAt'],
  statuses: [
    ['退款成功', 'refunded'],
    ['已退款', 'refunded'],
    ['refunded', 'refunded'],
    ['关闭', 'cancelled'],
    ['取消', 'cancelled'],
    ['cancel', 'cancelled'],
    ['void', 'cancelled'],
    ['待付款', 'placed'],
    ['未付款', 'placed'],
    ['待支付', 'placed'],
    ['等待买家付款', 'placed'],
    ['pending', 'placed'],
    ['unpaid', 'placed'],
    ['待发货', 'paid'],
    ['已付款', 'paid'],
    ['paid', 'paid'],
    ['processing', 'paid'],
    ['approved', 'paid'],
    ['待收货', 'shipped'],
    ['已发货', 'shipped'],
    ['shipped', 'shipped'],
    ['完成', 'received'],
    ['成功', 'received'],
    ['已收货', 'received'],
    ['已签收', 'received'],
    ['delivered', 'received'],
    ['complete', 'received'],
  ],
  defaultStatus: 'paid',
  amountsOf: 'order',
  parts: ['head', 'lines', 'payments', 'refunds', 'shipments'],
};

/** All kinds of files we know, most particular first. */
export const fileFormats: readonly FileFormat[] = [
  taobaoOrders,
  taobaoLines,
  douyinOrders,
  douyinAfterSales,
  pddOrders,
  jdOrders,
  youzanOrders,
  shopifyOrders,
  onlineRetail,
  genericOrders,
];

/** The format of a code; the generic one for an unknown code. */
export function formatOf(code: string): FileFormat {
  return fileFormats.find((format) => format.code === code) ?? genericOrders;
}
