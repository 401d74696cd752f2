import type { FastifyInstance } from 'fastify';

import { serve } from '#platform/route';
import { listDevices } from '#platform/sessions';

import { assignRole, withdrawRole } from './assign-role.ts';
import { sessionOf, staffCookie } from './authenticate.ts';
import { addBrand, addRegion, addStore, changeBrand, changeRegion, changeStore } from './change-organisation.ts';
import * as contract from './contract.ts';
import { deviceCookie, knownDeviceUntil, setSecretCookie } from './cookies.ts';
import { currentSession } from './current-session.ts';
import { changeRole, createRole, listRoles, removeRole } from './custom-roles.ts';
import { acceptInvitation, inviteStaff, renewInvitation } from './invite-staff.ts';
import { auditState, listAudit } from './list-audit.ts';
import { changeStaff, endSessionsOf, listStaff, readStaffMember, resetSecondFactor } from './manage-staff.ts';
import {
  beginSecondFactor,
  changeLocale,
  changePassword,
  confirmIdentity,
  endOwnSession,
  finishSecondFactor,
  turnOffSecondFactor,
} from './own-account.ts';
import { ownAccount, permissionCatalogue } from './permissions.ts';
import { listStores, readOrganisation } from './read-organisation.ts';
import { signIn } from './sign-in.ts';
import { actingStaffId, staffSubject } from './staff.ts';

const anyone = { audience: 'public' } as const;
const oneself = { audience: 'staff', permission: ownAccount } as const;
const may = (permission: string) => ({ audience: 'staff', permission }) as const;

/** Signing in and the own account, the organisation, people and roles, the audit log. */
export function routes(app: FastifyInstance): void {
  signingIn(app);
  ownAccountRoutes(app);
  organisation(app);
  people(app);
  roles(app);
  auditLog(app);
}

function signingIn(app: FastifyInstance): void {
  serve(app, contract.signIn, anyone, async (ctx, { body }, { request, reply }) => {
    const result = await signIn(ctx, { ...body, knownDevice: request.cookies[deviceCookie] });
    if (result.status === 'signed_in') {
      setSecretCookie(reply, request, staffCookie, result.session.token, result.session.expiresAt);
      setSecretCookie(reply, request, deviceCookie, result.knownDevice, knownDeviceUntil(ctx.now));
    }
    return { status: result.status };
  });
  serve(app, contract.currentSession, oneself, (ctx, _input, { request }) => currentSession(ctx, sessionOf(request)));
  serve(app, contract.signOut, oneself, async (ctx, _input, { request, reply }) => {
    await endOwnSession(ctx, sessionOf(request).sessionId);
    reply.clearCookie(staffCookie, { path: '/' });
    return {};
  });
  serve(app, contract.acceptInvitation, anyone, async (ctx, { body }) => {
    await acceptInvitation(ctx, body);
    return {};
  });
}

function ownAccountRoutes(app: FastifyInstance): void {
  serve(app, contract.confirmIdentity, oneself, async (ctx, { body }, { request, reply }) => {
    const { sessionId, expiresAt } = sessionOf(request);
    const token = await confirmIdentity(ctx, { sessionId, ...body });
    setSecretCookie(reply, request, staffCookie, token, expiresAt);
    return {};
  });
  serve(app, contract.changePassword, oneself, async (ctx, { body }, { request }) => {
    await changePassword(ctx, { sessionId: sessionOf(request).sessionId, ...body });
    return {};
  });
  serve(app, contract.changeLocale, oneself, async (ctx, { body }) => {
    await changeLocale(ctx, body.locale);
    return {};
  });
  serve(app, contract.listDevices, oneself, async (ctx, _input, { request }) => {
    const { sessionId } = sessionOf(request);
    const devices = await listDevices(ctx, staffSubject(actingStaffId(ctx)));
    return { items: devices.map((device) => ({ ...device, current: device.sessionId === sessionId })) };
  });
  serve(app, contract.endDevice, oneself, async (ctx, { params }) => {
    await endOwnSession(ctx, params.sessionId);
    return {};
  });
  serve(app, contract.beginTotp, oneself, (ctx) => beginSecondFactor(ctx));
  serve(app, contract.finishTotp, oneself, async (ctx, { body }, { request }) => ({
    recoveryCodes: await finishSecondFactor(ctx, { sessionId: sessionOf(request).sessionId, code: body.code }),
  }));
  serve(app, contract.removeTotp, oneself, async (ctx) => {
    await turnOffSecondFactor(ctx);
    return {};
  });
}

function organisation(app: FastifyInstance): void {
  serve(app, contract.readTree, may('org.read'), (ctx) => readOrganisation(ctx));
  serve(app, contract.addBrand, may('org.write'), (ctx, { body }) => addBrand(ctx, body));
  serve(app, contract.changeBrand, may('org.write'), (ctx, { params, body }) => changeBrand(ctx, params.brandId, body));
  serve(app, contract.addRegion, may('org.write'), (ctx, { body }) => addRegion(ctx, body));
  serve(app, contract.changeRegion, may('org.write'), (ctx, { params, body }) =>
    changeRegion(ctx, params.regionId, body),
  );
  serve(app, contract.listStores, may('org.read'), async (ctx, { query }) => {
    const { cursor, ...filter } = query;
    const { items, total } = await listStores(ctx, {
      ...filter,
      after: cursor === undefined ? undefined : Number(cursor),
    });
    return { items, nextCursor: nextOf(items, query.limit, (store) => String(store.storeId)), total };
  });
  serve(app, contract.addStore, may('org.write'), (ctx, { body }) => addStore(ctx, body));
  serve(app, contract.changeStore, may('org.write'), (ctx, { params, body }) => changeStore(ctx, params.storeId, body));
}

function people(app: FastifyInstance): void {
  serve(app, contract.listStaff, may('org.staff.read'), async (ctx, { query }) => {
    const { cursor, ...filter } = query;
    const { items, total } = await listStaff(ctx, { ...filter, after: cursor });
    return { items, nextCursor: nextOf(items, query.limit, (one) => one.staffId), total };
  });
  serve(app, contract.inviteStaff, may('org.staff.write'), (ctx, { body }) => inviteStaff(ctx, body));
  serve(app, contract.readStaff, may('org.staff.read'), (ctx, { params }) => readStaffMember(ctx, params.staffId));
  serve(app, contract.changeStaff, may('org.staff.write'), (ctx, { params, body }) =>
    changeStaff(ctx, params.staffId, body),
  );
  serve(app, contract.renewInvitation, may('org.staff.write'), async (ctx, { params }) => ({
    invitation: await renewInvitation(ctx, params.staffId),
  }));
  serve(app, contract.endStaffSessions, may('org.staff.write'), async (ctx, { params }) => ({
    ended: await endSessionsOf(ctx, params.staffId),
  }));
  serve(app, contract.resetStaffTotp, may('org.roles.write'), async (ctx, { params }) => {
    await resetSecondFactor(ctx, params.staffId);
    return {};
  });
  serve(app, contract.assignRole, may('org.staff.write'), async (ctx, { params, body }) => {
    await assignRole(ctx, params.staffId, body);
    return readStaffMember(ctx, params.staffId);
  });
  serve(app, contract.withdrawRole, may('org.staff.write'), async (ctx, { params }) => {
    const { staffId, ...assignment } = params;
    await withdrawRole(ctx, staffId, assignment);
    // Without the role the person may be out of the actor's sight; the answer is about the change just made.
    return readStaffMember({ ...ctx, scope: { all: true } }, staffId);
  });
}

function roles(app: FastifyInstance): void {
  serve(app, contract.listRoles, may('org.staff.read'), async (ctx) => ({
    items: await listRoles(ctx),
    permissions: permissionCatalogue,
  }));
  serve(app, contract.createRole, may('org.roles.write'), async (ctx, { body }) => ({
    roleCode: await createRole(ctx, body),
  }));
  serve(app, contract.changeRole, may('org.roles.write'), async (ctx, { params, body }) => {
    await changeRole(ctx, params.roleCode, body);
    return {};
  });
  serve(app, contract.removeRole, may('org.roles.write'), async (ctx, { params }) => {
    await removeRole(ctx, params.roleCode);
    return {};
  });
}

function auditLog(app: FastifyInstance): void {
  serve(app, contract.listAudit, may('org.audit.read'), async (ctx, { query }) => {
    const { cursor, ...filter } = query;
    const items = await listAudit(ctx, { ...filter, before: cursor === undefined ? undefined : Number(cursor) });
    return { items, nextCursor: nextOf(items, query.limit, (entry) => String(entry.seq)) };
  });
  serve(app, contract.readAuditState, may('org.audit.read'), (ctx) => auditState(ctx));
}

/** The cursor of the next page: the last item of a full page. */
function nextOf<Item>(items: readonly Item[], limit: number, cursorOf: (item: Item) => string): string | null {
  const last = items.at(-1);
  return last !== undefined && items.length === limit ? cursorOf(last) : null;
}
