import * as z from 'zod';

import { endpoint } from '#platform/endpoint';

export { fillIn, messageVariables, variablesIn } from './variables.ts';
export type { MessageVariable } from './variables.ts';

const Channel = z.enum(['inbox', 'email', 'log']);
const TouchClass = z.enum(['service', 'marketing']);
const TemplateFields = z.object({
  name: z.string().trim().min(1).max(120),
  channel: Channel,
  touchClass: TouchClass,
  subject: z.string().max(200).default(''),
  body: z.string().min(1).max(20_000),
});
const TemplateView = TemplateFields.extend({ templateId: z.uuid(), updatedAt: z.date() });
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is a time of day like 21:00');
const templateId = z.object({ templateId: z.uuid() });

export const listTemplates = endpoint({
  method: 'GET',
  path: '/api/message-templates',
  summary: 'All message templates.',
  response: z.object({ items: z.array(TemplateView) }),
});
export const createTemplate = endpoint({
  method: 'POST',
  path: '/api/message-templates',
  summary:
    'Adds a message template; `{{variable}}`, or `{{variable|what to say without it}}`, is filled in when it is sent.',
  body: TemplateFields,
  response: z.object({ templateId: z.uuid() }),
});
export const changeTemplate = endpoint({
  method: 'PUT',
  path: '/api/message-templates/:templateId',
  summary: 'Changes a message template; messages already reserved keep their text.',
  params: templateId,
  body: TemplateFields,
  response: z.object({}),
});
export const archiveTemplate = endpoint({
  method: 'DELETE',
  path: '/api/message-templates/:templateId',
  summary: 'Archives a message template; journeys that use it go on.',
  params: templateId,
  response: z.object({}),
});

const SendState = z.enum(['reserved', 'sending', 'sent', 'failed', 'suppressed', 'unknown']);
export const listSends = endpoint({
  method: 'GET',
  path: '/api/message-sends',
  summary: 'Messages to customers, newest first, with what became of them and why.',
  query: z.object({
    state: SendState.optional(),
    channel: Channel.optional(),
    customerId: z.coerce.number().int().positive().optional(),
    cursor: z.string().max(200).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  response: z.object({
    items: z.array(
      z.object({
        sendId: z.uuid(),
        customerId: z.int(),
        displayName: z.string(),
        templateName: z.string().nullable(),
        channel: Channel,
        touchClass: TouchClass,
        state: SendState,
        reason: z.string().nullable(),
        journeyId: z.uuid().nullable(),
        createdAt: z.date(),
        sentAt: z.date().nullable(),
        openedAt: z.date().nullable(),
      }),
    ),
    nextCursor: z.string().nullable(),
    figures: z.object({ sent: z.int(), opened: z.int(), suppressed: z.int(), failed: z.int() }),
  }),
});

const Settings = z.object({
  marketingPer7Days: z.int().min(0).max(50),
  marketingPer30Days: z.int().min(0).max(200),
  quietHours: z.object({ from: timeOfDay, until: timeOfDay }).nullable(),
});
export const getMessagingSettings = endpoint({
  method: 'GET',
  path: '/api/messaging-settings',
  summary: 'Frequency caps and quiet hours.',
  response: Settings,
});
export const saveMessagingSettings = endpoint({
  method: 'PUT',
  path: '/api/messaging-settings',
  summary: 'Changes frequency caps and quiet hours.',
  body: Settings,
  response: Settings,
});

export const listInbox = endpoint({
  method: 'GET',
  path: '/api/mall/messages',
  summary: "The signed-in customer's messages.",
  query: z.object({ before: z.coerce.date().optional(), limit: z.coerce.number().int().min(1).max(100).default(20) }),
  response: z.object({
    unread: z.int(),
    items: z.array(
      z.object({ messageId: z.uuid(), subject: z.string(), body: z.string(), sentAt: z.date(), isRead: z.boolean() }),
    ),
  }),
});
export const openMessage = endpoint({
  method: 'POST',
  path: '/api/mall/messages/:messageId/opening',
  summary: 'Marks a message as read.',
  params: z.object({ messageId: z.uuid() }),
  body: z.object({}),
  response: z.object({}),
});
export const getMarketingConsent = endpoint({
  method: 'GET',
  path: '/api/mall/marketing-consent',
  summary: 'The channels on which the customer refuses marketing.',
  response: z.object({ refused: z.array(z.string()) }),
});
export const setMarketingConsent = endpoint({
  method: 'PUT',
  path: '/api/mall/marketing-consent',
  summary: 'Refuses or allows marketing per channel, at once.',
  body: z.object({ refused: z.array(z.enum(['inbox', 'email', 'all'])).max(10) }),
  response: z.object({ refused: z.array(z.string()) }),
});
