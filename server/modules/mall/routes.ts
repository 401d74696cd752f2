import type { FastifyInstance } from 'fastify';

import { listCategories } from '#catalog';
import { brandOf, createCustomerSession, endCustomerSession, setCustomerCookie } from '#org';
import { maskPhone } from '#platform/personal-data';
import { serve } from '#platform/route';

import { addAddress, changeAddress, listAddresses, removeAddress } from './addresses.ts';
import { buyerOf, deviceOf, ensureBuyer, forgetVisitor, nameGuest } from './buyer.ts';
import { cancelOrder } from './cancel-order.ts';
import { addToCart, changeCart, readCart, removeFromCart, selectInCart } from './cart.ts';
import { consoleRoutes } from './console-routes.ts';
import * as contract from './contract.ts';
import { confirmReceipt } from './deliver-order.ts';
import { SandboxOff } from './errors.ts';
import { pictureUrl } from './goods.ts';
import { readHome } from './home.ts';
import { readMember } from './member.ts';
import { detail, listOwnOrders, newDetail, readOwnOrder } from './order-views.ts';
import { parseAddress } from './parse-address.ts';
import { paymentRoutes } from './payment-routes.ts';
import { findOwnPayment, startPayment } from './payment.ts';
import { findProduct, listProducts } from './products.ts';
import { quoteCheckout, quoteView } from './quote-checkout.ts';
import { quoteRefund, requestRefund, withdrawRefund } from './refunds.ts';
import { openNotice, writeNotice } from './sandbox-provider.ts';
import { readSettings } from './settings.ts';
import { requestSignInCode, signInWithCode } from './sign-in.ts';
import { submitOrder } from './submit-order.ts';
import { takeNotice } from './take-notice.ts';

const shopper = { audience: 'shopper' } as const;

/** Everything the storefront and the console ask of the mall. */
export function routes(app: FastifyInstance): void {
  shop(app);
  signIn(app);
  cart(app);
  addresses(app);
  checkout(app);
  orders(app);
  payments(app);
  paymentRoutes(app);
  consoleRoutes(app);
}

function shop(app: FastifyInstance): void {
  serve(app, contract.readShop, shopper, async (ctx, _input, { request }) => {
    const { code, name, currency, timezone } = brandOf(request);
    const { settings } = await readSettings(ctx);
    const { logoFileId, ...theme } = settings.theme;
    return {
      brand: { code, name, currency, timezone },
      theme: { ...theme, logoUrl: pictureUrl(logoFileId) },
      freight: settings.freight,
      isSandbox: ctx.services.config.isSandbox,
      payments: ctx.services.config.isSandbox ? ['sandbox' as const] : [],
      unpaidMinutes: settings.unpaidMinutes,
      service: settings.service,
    };
  });
  serve(app, contract.readHome, shopper, async (ctx, _input, exchange) => ({
    blocks: await readHome(ctx, await buyerOf(ctx, exchange)),
  }));
  serve(app, contract.listCategories, shopper, async (ctx) => ({
    items: await listCategories(ctx, { visibleOnly: true }),
  }));
  serve(app, contract.listProducts, shopper, (ctx, { query }) => listProducts(ctx, query));
  serve(app, contract.findProduct, shopper, async (ctx, { params }, exchange) =>
    findProduct(ctx, await buyerOf(ctx, exchange), params.productId),
  );
}

function signIn(app: FastifyInstance): void {
  serve(app, contract.requestSignInCode, shopper, async (ctx, { body }) => {
    const { code, ...times } = await requestSignInCode(ctx, body.phone);
    return { ...times, sandboxCode: ctx.services.config.isSandbox ? code : null };
  });
  serve(app, contract.signIn, shopper, async (ctx, { body }, exchange) => {
    const buyer = await buyerOf(ctx, exchange);
    const customerId = await signInWithCode(ctx, buyer, { ...body, device: deviceOf(exchange) });
    const mine = { ...ctx, actor: { kind: 'customer', customerId } as const };
    const session = await createCustomerSession(mine, customerId);
    setCustomerCookie(exchange.reply, exchange.request, session);
    const member = await readMember(mine, { ...buyer, customerId, originId: customerId });
    if (!member) throw new Error('the customer who just signed in is unknown');
    return member;
  });
  serve(app, contract.signOut, shopper, async (ctx, _input, exchange) => {
    await endCustomerSession(ctx, exchange.request, exchange.reply);
    forgetVisitor(exchange);
    return {};
  });
  serve(app, contract.readMember, shopper, async (ctx, _input, exchange) => ({
    member: await readMember(ctx, await buyerOf(ctx, exchange)),
  }));
}

function cart(app: FastifyInstance): void {
  serve(app, contract.readCart, shopper, async (ctx, _input, exchange) => readCart(ctx, await buyerOf(ctx, exchange)));
  serve(app, contract.addCartLine, shopper, async (ctx, { body }, exchange) => {
    const buyer = await ensureBuyer(ctx, exchange);
    return addToCart(ctx, buyer, body);
  });
  serve(app, contract.changeCartLine, shopper, async (ctx, { params, body }, exchange) => {
    const buyer = await ensureBuyer(ctx, exchange);
    await changeCart(ctx, buyer, params.skuId, body);
    return readCart(ctx, buyer);
  });
  serve(app, contract.removeCartLine, shopper, async (ctx, { params }, exchange) => {
    const buyer = await buyerOf(ctx, exchange);
    await removeFromCart(ctx, buyer, [params.skuId]);
    return readCart(ctx, buyer);
  });
  serve(app, contract.selectCartLines, shopper, async (ctx, { body }, exchange) => {
    const buyer = await ensureBuyer(ctx, exchange);
    await selectInCart(ctx, buyer, body.skuIds);
    return readCart(ctx, buyer);
  });
}

function addresses(app: FastifyInstance): void {
  serve(app, contract.listAddresses, shopper, async (ctx, _input, exchange) => ({
    items: await listAddresses(ctx, await buyerOf(ctx, exchange)),
  }));
  serve(app, contract.addAddress, shopper, async (ctx, { body }, exchange) =>
    addAddress(ctx, await ensureBuyer(ctx, exchange), body),
  );
  serve(app, contract.changeAddress, shopper, async (ctx, { params, body }, exchange) =>
    changeAddress(ctx, await buyerOf(ctx, exchange), params.addressId, body),
  );
  serve(app, contract.removeAddress, shopper, async (ctx, { params }, exchange) => {
    await removeAddress(ctx, await buyerOf(ctx, exchange), params.addressId);
    return {};
  });
  serve(app, contract.parseAddress, shopper, async (_ctx, { body }) => parseAddress(body.text));
}

function checkout(app: FastifyInstance): void {
  serve(app, contract.setBuyer, shopper, async (ctx, { body }, exchange) => {
    const buyer = await ensureBuyer(ctx, exchange);
    if (buyer.visitorId !== null) await nameGuest(ctx, buyer.visitorId, body, deviceOf(exchange));
    return { name: body.name, maskedPhone: maskPhone(body.phone) };
  });
  serve(app, contract.quoteCheckout, shopper, async (ctx, { body }, exchange) => {
    const buyer = await buyerOf(ctx, exchange);
    return quoteView(await quoteCheckout(ctx, buyer, body), buyer);
  });
  serve(app, contract.submitOrder, shopper, async (ctx, { body }, exchange) => {
    const { currency, timezone } = brandOf(exchange.request);
    const orderer = {
      buyer: await ensureBuyer(ctx, exchange),
      currency,
      timeZone: timezone,
      device: deviceOf(exchange),
    };
    const { order, isNew } = await submitOrder(ctx, orderer, body);
    return isNew ? newDetail(ctx, order) : detail(ctx, order);
  });
}

function orders(app: FastifyInstance): void {
  serve(app, contract.listOrders, shopper, async (ctx, { query }, exchange) =>
    listOwnOrders(ctx, await buyerOf(ctx, exchange), query),
  );
  serve(app, contract.findOrder, shopper, async (ctx, { params }, exchange) =>
    readOwnOrder(ctx, await buyerOf(ctx, exchange), params.orderId),
  );
  serve(app, contract.cancelOrder, shopper, async (ctx, { params, body }, exchange) => {
    const buyer = await buyerOf(ctx, exchange);
    await cancelOrder(ctx, buyer, { ...params, ...body });
    return readOwnOrder(ctx, buyer, params.orderId);
  });
  serve(app, contract.confirmReceipt, shopper, async (ctx, { params }, exchange) => {
    const buyer = await buyerOf(ctx, exchange);
    await confirmReceipt(ctx, buyer, params.orderId);
    return readOwnOrder(ctx, buyer, params.orderId);
  });
  serve(app, contract.quoteRefund, shopper, async (ctx, { params, body }, exchange) => {
    const { amountFen, freightFen, points, couponReturned } = await quoteRefund(
      ctx,
      await buyerOf(ctx, exchange),
      params.orderId,
      body.lines,
    );
    return { amountFen, freightFen, points, couponReturned };
  });
  serve(app, contract.requestRefund, shopper, async (ctx, { params, body }, exchange) => {
    const buyer = await buyerOf(ctx, exchange);
    await requestRefund(ctx, buyer, { ...params, ...body });
    return readOwnOrder(ctx, buyer, params.orderId);
  });
  serve(app, contract.withdrawRefund, shopper, async (ctx, { params }, exchange) => {
    const buyer = await buyerOf(ctx, exchange);
    await withdrawRefund(ctx, buyer, params);
    return readOwnOrder(ctx, buyer, params.orderId);
  });
}

function payments(app: FastifyInstance): void {
  serve(app, contract.startPayment, shopper, async (ctx, { params, body }, exchange) => {
    if (!ctx.services.config.isSandbox) throw new SandboxOff();
    return startPayment(ctx, await buyerOf(ctx, exchange), { ...params, ...body });
  });
  serve(app, contract.findPayment, shopper, async (ctx, { params }, exchange) =>
    findOwnPayment(ctx, await buyerOf(ctx, exchange), params.paymentId),
  );
  serve(app, contract.paySandbox, shopper, async (ctx, { params, body }, exchange) => {
    if (!ctx.services.config.isSandbox) throw new SandboxOff();
    const buyer = await buyerOf(ctx, exchange);
    const payment = await findOwnPayment(ctx, buyer, params.paymentId);
    const signed = await writeNotice(ctx, payment, body.outcome === 'pay' ? 'paid' : 'declined');
    const bank = { ...ctx, actor: { kind: 'system', name: 'sandbox-payment' } as const };
    await takeNotice(bank, await openNotice(bank, signed));
    return findOwnPayment(ctx, buyer, params.paymentId);
  });
}
