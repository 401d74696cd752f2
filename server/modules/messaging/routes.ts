import type { FastifyInstance } from 'fastify';

import type { Context } from '#platform/context';
import { NotSignedIn } from '#platform/errors';
import { serve } from '#platform/route';

import * as contract from './contract.ts';
import { listInbox, marketingRefused, openMessage, setMarketingRefused } from './inbox.ts';
import { listSends } from './list-sends.ts';
import { readSettings, saveSettings } from './settings.ts';
import { archiveTemplate, changeTemplate, createTemplate, listTemplates } from './template.ts';

const read = { audience: 'staff', permission: 'messaging.read' } as const;
const write = { audience: 'staff', permission: 'messaging.write' } as const;
const customer = { audience: 'customer' } as const;

export function routes(app: FastifyInstance): void {
  serve(app, contract.listTemplates, read, async (ctx) => ({ items: await listTemplates(ctx) }));
  serve(app, contract.createTemplate, write, async (ctx, { body }) => ({
    templateId: await createTemplate(ctx, body),
  }));
  serve(app, contract.changeTemplate, write, async (ctx, { params, body }) => {
    await changeTemplate(ctx, params.templateId, body);
    return {};
  });
  serve(app, contract.archiveTemplate, write, async (ctx, { params }) => {
    await archiveTemplate(ctx, params.templateId);
    return {};
  });
  serve(app, contract.listSends, read, (ctx, { query }) => listSends(ctx, query));
  serve(app, contract.getMessagingSettings, read, (ctx) => readSettings(ctx));
  serve(app, contract.saveMessagingSettings, write, (ctx, { body }) => saveSettings(ctx, body));
  serve(app, contract.listInbox, customer, (ctx, { query }) => listInbox(ctx, customerOf(ctx), query));
  serve(app, contract.openMessage, customer, async (ctx, { params }) => {
    await openMessage(ctx, customerOf(ctx), params.messageId);
    return {};
  });
  serve(app, contract.getMarketingConsent, customer, async (ctx) => ({
    refused: await marketingRefused(ctx, customerOf(ctx)),
  }));
  serve(app, contract.setMarketingConsent, customer, async (ctx, { body }) => {
    await setMarketingRefused(ctx, customerOf(ctx), body.refused);
    return { refused: body.refused };
  });
}

function customerOf({ actor }: Context): number {
  if (actor.kind !== 'customer') throw new NotSignedIn();
  return actor.customerId;
}
