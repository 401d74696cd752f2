import * as z from 'zod';

import { endpoint } from '#platform/endpoint';

import { CleaningRules } from './clean-order.ts';
import { targets } from './file-format.ts';
import { isTimeZone } from './time-zone.ts';

const page = { cursor: z.string().max(200).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) };
const uuid = z.uuid();
const Review = z.enum(['auto', 'included', 'excluded']);
const Status = z.enum(['placed', 'paid', 'shipped', 'received', 'cancelled', 'refunded']);
const Kind = z.enum(['sale', 'return', 'adjustment']);
const yesNo = z.enum(['true', 'false']).transform((text) => text === 'true');
const at = z.date();
const maybeAt = at.nullable();

export const OrderSummaryView = z.object({
  orderId: uuid,
  orderNo: z.string(),
  sourceId: z.number(),
  channel: z.string(),
  shop: z.string(),
  storeId: z.number().nullable(),
  kind: Kind,
  status: Status,
  currency: z.string(),
  placedAt: at,
  payableMinor: z.number(),
  paidMinor: z.number(),
  refundedMinor: z.number(),
  countedMinor: z.number(),
  customerId: z.number().nullable(),
  customerName: z.string().nullable(),
  receiverName: z.string().nullable(),
  receiverPhone: z.string().nullable(),
  region: z.string(),
  flags: z.array(z.string()),
  review: Review,
  isExcluded: z.boolean(),
});
export const OrderLineView = z.object({
  lineNo: z.number(),
  kind: z.string(),
  skuId: uuid.nullable(),
  productId: uuid.nullable(),
  skuCode: z.string(),
  title: z.string(),
  spec: z.string(),
  quantity: z.number(),
  unitPriceMinor: z.number(),
  discountMinor: z.number(),
  amountMinor: z.number(),
  flags: z.array(z.string()),
  review: Review,
  isExcluded: z.boolean(),
});
export const OrderView = OrderSummaryView.extend({
  receiverAddress: z.string().nullable(),
  paidAt: maybeAt,
  shippedAt: maybeAt,
  receivedAt: maybeAt,
  cancelledAt: maybeAt,
  goodsMinor: z.number(),
  discountMinor: z.number(),
  freightMinor: z.number(),
  taxMinor: z.number(),
  attribution: z.record(z.string(), z.union([z.string(), z.number()])),
  rulesVersion: z.number(),
  importId: uuid.nullable(),
  recordedAt: at,
  changedAt: at,
  lines: z.array(OrderLineView),
  payments: z.array(z.object({ paymentNo: z.string(), method: z.string(), amountMinor: z.number(), paidAt: at })),
  refunds: z.array(
    z.object({
      refundNo: z.string(),
      lineNo: z.number().nullable(),
      status: z.enum(['requested', 'done', 'refused']),
      quantity: z.number(),
      amountMinor: z.number(),
      reason: z.string(),
      requestedAt: maybeAt,
      refundedAt: maybeAt,
    }),
  ),
  shipments: z.array(
    z.object({
      shipmentNo: z.string(),
      carrier: z.string(),
      trackingNo: z.string(),
      shippedAt: maybeAt,
      receivedAt: maybeAt,
    }),
  ),
});

const filters = {
  search: z.string().trim().min(1).max(64).optional(),
  channel: z.string().max(32).optional(),
  status: Status.optional(),
  kind: Kind.optional(),
  flag: z.string().max(32).optional(),
  isExcluded: yesNo.optional(),
  storeId: z.coerce.number().int().positive().optional(),
  customerId: z.coerce.number().int().positive().optional(),
  importId: uuid.optional(),
  placedFrom: z.coerce.date().optional(),
  placedTo: z.coerce.date().optional(),
};
const byOrder = z.object({ orderId: uuid });

export const listOrders = endpoint({
  method: 'GET',
  path: '/api/orders',
  summary: 'Orders of all channels, newest first; `search` is a whole order number or a whole phone number.',
  query: z.object({ ...filters, ...page }),
  response: z.object({ items: z.array(OrderSummaryView), nextCursor: z.string().nullable() }),
});
export const orderFigures = endpoint({
  method: 'GET',
  path: '/api/orders/figures',
  summary: 'Count and sums of the orders a filter selects, per currency.',
  query: z.object(filters),
  response: z.object({
    items: z.array(
      z.object({
        currency: z.string(),
        orders: z.number(),
        excluded: z.number(),
        identified: z.number(),
        countedMinor: z.number(),
        refundedMinor: z.number(),
      }),
    ),
  }),
});
export const findOrder = endpoint({
  method: 'GET',
  path: '/api/orders/:orderId',
  summary: 'One order with its lines, payments, refunds and shipments.',
  params: byOrder,
  response: OrderView,
});
export const reviewOrder = endpoint({
  method: 'PUT',
  path: '/api/orders/:orderId/review',
  summary: 'Counts an order or one of its lines in analysis or leaves it out, whatever the cleaning rules say.',
  params: byOrder,
  body: z.object({ review: Review, lineNo: z.int().positive().optional() }),
  response: OrderView,
});
export const revealOrder = endpoint({
  method: 'POST',
  path: '/api/orders/:orderId/reveals',
  summary: 'Shows one personal field of an order in plain text, with a reason; audited and limited per day.',
  params: byOrder,
  body: z.object({
    field: z.enum(['receiverName', 'receiverPhone', 'receiverAddress']),
    reason: z.string().trim().min(4).max(200),
  }),
  response: z.object({ value: z.string() }),
});

const Target = z.enum(targets);
export const ImportSettingsView = z.object({
  format: z.string(),
  encoding: z.string(),
  delimiter: z.string(),
  columns: z.partialRecord(Target, z.number()),
  sourceId: z.number(),
  channel: z.string(),
  shop: z.string(),
  storeId: z.number().nullable(),
  currency: z.string(),
  timeZone: z.string(),
  dateOrder: z.enum(['ymd', 'mdy', 'dmy']),
  isBackfill: z.boolean(),
});
export const ImportView = z.object({
  importId: uuid,
  fileName: z.string(),
  sizeBytes: z.number(),
  state: z.enum(['uploaded', 'queued', 'running', 'paused', 'done', 'failed']),
  settings: ImportSettingsView,
  rowsTotal: z.number().nullable(),
  rowsDone: z.number(),
  rowsRejected: z.number(),
  ordersCreated: z.number(),
  ordersUpdated: z.number(),
  ordersUnchanged: z.number(),
  errorCode: z.string().nullable(),
  errorDetails: z.record(z.string(), z.unknown()).nullable(),
  createdAt: at,
  createdBy: z.string(),
  startedAt: maybeAt,
  finishedAt: maybeAt,
  undoneAt: maybeAt,
});
export const ImportPreviewView = z.object({
  import: ImportView,
  header: z.array(z.string()),
  missing: z.array(Target),
  orders: z.array(
    z.object({
      firstRowNo: z.number(),
      rowCount: z.number(),
      orderNo: z.string(),
      kind: z.string(),
      status: z.string().nullable(),
      placedAt: maybeAt,
      currency: z.string(),
      payableMinor: z.number().nullable(),
      refundedMinor: z.number(),
      buyer: z.array(z.string()),
      receiver: z.string(),
      lines: z.array(
        z.object({ skuCode: z.string(), title: z.string(), quantity: z.number(), amountMinor: z.number() }),
      ),
    }),
  ),
  problems: z.array(
    z.object({
      rowNo: z.number(),
      reason: z.string(),
      faults: z.array(z.object({ code: z.string(), column: z.string().optional() })).readonly(),
    }),
  ),
  sameFileAs: z.object({ importId: uuid, createdAt: at }).nullable(),
});
const byImport = z.object({ importId: uuid });

export const listImportFormats = endpoint({
  method: 'GET',
  path: '/api/import-formats',
  summary: 'The kinds of order files that are recognised, and the meanings a column can have.',
  response: z.object({
    items: z.array(
      z.object({
        code: z.string(),
        name: z.object({ 'zh-CN': z.string(), en: z.string() }),
        channel: z.string(),
        sourceId: z.number(),
        currency: z.string(),
        timeZone: z.string(),
        required: z.array(Target).readonly(),
      }),
    ),
    targets: z.array(Target).readonly(),
    encodings: z.array(z.string()).readonly(),
  }),
});
export const uploadImport = endpoint({
  method: 'POST',
  path: '/api/imports',
  summary:
    'Uploads an order file (multipart, field `file`, up to 1 GB), recognises it and shows what its first rows would become.',
  response: ImportPreviewView,
});
export const listImports = endpoint({
  method: 'GET',
  path: '/api/imports',
  summary: 'Imports, newest first.',
  query: z.object(page),
  response: z.object({ items: z.array(ImportView), nextCursor: z.string().nullable() }),
});
export const findImport = endpoint({
  method: 'GET',
  path: '/api/imports/:importId',
  summary: 'One import with its progress.',
  params: byImport,
  response: ImportView,
});
export const previewImport = endpoint({
  method: 'GET',
  path: '/api/imports/:importId/preview',
  summary: 'What the first 50 rows become with the settings of now, and which rows cannot be taken.',
  params: byImport,
  response: ImportPreviewView,
});
export const configureImport = endpoint({
  method: 'PUT',
  path: '/api/imports/:importId/settings',
  summary: 'Changes how the file is read, before the import starts; answers with the new preview.',
  params: byImport,
  body: z.object({
    format: z.string().max(40).optional(),
    encoding: z.enum(['utf-8', 'gb18030', 'utf-16le', 'utf-16be', 'windows-1252']).optional(),
    delimiter: z.enum([',', '\t', ';', '|']).optional(),
    columns: z.partialRecord(Target, z.int().min(0).max(199)).optional(),
    sourceId: z.int().optional(),
    channel: z.string().trim().min(1).max(32).optional(),
    shop: z.string().trim().max(60).optional(),
    storeId: z.int().positive().nullable().optional(),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .optional(),
    timeZone: z.string().max(60).refine(isTimeZone, 'is no time zone').optional(),
    dateOrder: z.enum(['ymd', 'mdy', 'dmy']).optional(),
    isBackfill: z.boolean().optional(),
  }),
  response: ImportPreviewView,
});
export const startImport = endpoint({
  method: 'POST',
  path: '/api/imports/:importId/run',
  summary: 'Starts an import, or goes on with a paused or failed one from where it stopped.',
  params: byImport,
  response: ImportView,
});
export const pauseImport = endpoint({
  method: 'DELETE',
  path: '/api/imports/:importId/run',
  summary: 'Stops an import after the rows it is at; what it has taken stays.',
  params: byImport,
  response: ImportView,
});
export const undoImport = endpoint({
  method: 'PUT',
  path: '/api/imports/:importId/undo',
  summary: 'Takes an import back, or brings it back again: the orders it created leave or join analysis.',
  params: byImport,
  body: z.object({ isUndone: z.boolean() }),
  response: ImportView,
});
export const downloadRejects = endpoint({
  method: 'GET',
  path: '/api/imports/:importId/rejects.csv',
  summary: 'The rows that were not taken, as CSV with row number and reasons; audited.',
  params: byImport,
  response: z.unknown(),
});

const CleaningState = z.object({
  definitionId: uuid.nullable(),
  revision: z.number(),
  draft: CleaningRules.nullable(),
  inForce: CleaningRules,
  version: z.number(),
  versions: z.array(
    z.object({
      version: z.number(),
      note: z.string(),
      publishedAt: at,
      publishedBy: z.string(),
      restores: z.number().nullable(),
    }),
  ),
});
export const readCleaning = endpoint({
  method: 'GET',
  path: '/api/cleaning-rules',
  summary: 'The cleaning rules in force, the draft, and the versions published so far.',
  response: CleaningState,
});
export const saveCleaning = endpoint({
  method: 'PUT',
  path: '/api/cleaning-rules/draft',
  summary: 'Saves the draft of the cleaning rules when nobody else saved since `revision` (0 for the first).',
  body: z.object({ rules: CleaningRules, revision: z.int().min(0) }),
  response: CleaningState,
});
export const previewCleaning = endpoint({
  method: 'POST',
  path: '/api/cleaning-rules/rehearsal',
  summary: 'What rules would flag among the latest 20,000 orders, against how they stand; changes nothing.',
  body: z.object({ rules: CleaningRules }),
  response: z.object({
    ordersSeen: z.number(),
    hits: z
      .array(z.object({ flag: z.string(), orders: z.number(), lines: z.number(), samples: z.array(z.string()) }))
      .readonly(),
    newlyExcluded: z.number(),
    newlyIncluded: z.number(),
    countedChange: z.array(z.object({ currency: z.string(), amountMinor: z.number() })).readonly(),
  }),
});
export const publishCleaning = endpoint({
  method: 'POST',
  path: '/api/cleaning-rules/publication',
  summary: 'Publishes the draft of the cleaning rules and applies it to all orders in the background.',
  body: z.object({ note: z.string().max(200).default('') }),
  response: CleaningState,
});
export const rollBackCleaning = endpoint({
  method: 'POST',
  path: '/api/cleaning-rules/roll-back',
  summary: 'Brings an earlier version of the cleaning rules back and applies it in the background.',
  body: z.object({ toVersion: z.int().positive() }),
  response: CleaningState,
});
