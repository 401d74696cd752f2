import { permissionCatalogue } from './permissions.ts';
import type { Permission } from './permissions.ts';

/** A ready-made role; its name on screen is the translation of `roles.<code>`. */
export interface ReadyMadeRole {
  readonly code: string;
  /** Chinese and English name. */
  readonly name: { readonly zh: string; readonly en: string };
  readonly permissions: readonly Permission[];
}

const reading = (permission: Permission) => permission.endsWith('.read') && permission !== 'org.audit.read';
const business = permissionCatalogue.filter(
  (permission) =>
    !/^(org\.(staff\.write|roles\.write|audit\.read|write)|platform\.|reveals\.|settlement\.approve)/.test(permission),
);

/**
 * The roles of an ordinary brand. Nobody but the HQ administrator combines people, money and logs: the security administrator sees
 * no customers, the auditor changes nothing, finance cannot grant itself a role.
 */
export const roleCatalogue: readonly ReadyMadeRole[] = [
  {
    code: 'hq-admin',
    name: { zh: '总部管理员', en: 'HQ administrator' },
    permissions: permissionCatalogue.filter(
      (permission) => !['platform.operate', 'reveals.daily-30', 'reveals.daily-50'].includes(permission),
    ),
  },
  {
    code: 'operator',
    name: { zh: '运营', en: 'Operator' },
    permissions: [...business, 'reveals.daily-100'],
  },
  {
    code: 'content-editor',
    name: { zh: '内容编辑', en: 'Content editor' },
    permissions: ['org.read', 'content.read', 'content.write', 'catalog.read', 'mall.read', 'messaging.read'],
  },
  {
    code: 'region-manager',
    name: { zh: '区域经理', en: 'Region manager' },
    permissions: [
      'org.read',
      'org.staff.read',
      'org.staff.write',
      'orders.read',
      'orders.write',
      'customers.read',
      'customers.write',
      'customers.reveal',
      'reveals.daily-50',
      'tags.read',
      'tags.write',
      'segments.read',
      'segments.write',
      'coupons.read',
      'coupons.issue',
      'journeys.read',
      'messaging.read',
      'messaging.write',
      'content.read',
      'content.write',
      'catalog.read',
      'mall.read',
      'loyalty.read',
      'loyalty.adjust',
      'referral.read',
      'settlement.read',
      'tickets.read',
      'tickets.write',
      'guides.read',
      'guides.write',
      'traffic.read',
      'insights.read',
    ],
  },
  {
    code: 'store-manager',
    name: { zh: '店长', en: 'Store manager' },
    permissions: [
      'org.read',
      'org.staff.read',
      'orders.read',
      'orders.write',
      'customers.read',
      'customers.write',
      'customers.reveal',
      'reveals.daily-50',
      'tags.read',
      'tags.write',
      'segments.read',
      'coupons.read',
      'coupons.issue',
      'messaging.read',
      'messaging.write',
      'content.read',
      'catalog.read',
      'loyalty.read',
      'referral.read',
      'tickets.read',
      'tickets.write',
      'guides.read',
      'guides.write',
      'insights.read',
    ],
  },
  {
    code: 'area-supervisor',
    name: { zh: '督导', en: 'Area supervisor' },
    permissions: [
      'org.read',
      'org.staff.read',
      'orders.read',
      'customers.read',
      'coupons.read',
      'content.read',
      'catalog.read',
      'loyalty.read',
      'tickets.read',
      'guides.read',
      'insights.read',
    ],
  },
  {
    code: 'guide',
    name: { zh: '导购', en: 'Guide' },
    permissions: [
      'orders.read',
      'customers.read',
      'customers.write',
      'customers.reveal',
      'reveals.daily-30',
      'tags.read',
      'tags.write',
      'coupons.read',
      'coupons.issue',
      'messaging.read',
      'messaging.write',
      'content.read',
      'catalog.read',
      'loyalty.read',
      'referral.read',
      'tickets.read',
      'tickets.write',
      'guides.read',
    ],
  },
  {
    code: 'service-agent',
    name: { zh: '客服', en: 'Service agent' },
    permissions: [
      'orders.read',
      'orders.write',
      'customers.read',
      'customers.write',
      'customers.reveal',
      'reveals.daily-50',
      'tags.read',
      'coupons.read',
      'catalog.read',
      'loyalty.read',
      'messaging.read',
      'messaging.write',
      'content.read',
      'tickets.read',
      'tickets.write',
    ],
  },
  {
    code: 'dispatcher',
    name: { zh: '调度员', en: 'Dispatcher' },
    permissions: [
      'org.read',
      'orders.read',
      'customers.read',
      'customers.reveal',
      'reveals.daily-50',
      'tickets.read',
      'tickets.write',
      'tickets.dispatch',
    ],
  },
  {
    code: 'field-engineer',
    name: { zh: '服务工程师', en: 'Field engineer' },
    permissions: ['tickets.read', 'tickets.write', 'customers.reveal', 'reveals.daily-30', 'catalog.read'],
  },
  {
    code: 'host-operator',
    name: { zh: 'KOL/主播运营', en: 'KOL and host operator' },
    permissions: [
      'orders.read',
      'coupons.read',
      'coupons.issue',
      'catalog.read',
      'mall.read',
      'content.read',
      'content.write',
      'referral.read',
      'referral.write',
      'settlement.read',
      'traffic.read',
      'insights.read',
    ],
  },
  {
    code: 'research',
    name: { zh: '研发（仅工单）', en: 'R&D (tickets only)' },
    permissions: ['tickets.read', 'tickets.write'],
  },
  {
    code: 'payroll',
    name: { zh: '人事薪酬（仅绩效）', en: 'HR and payroll (KPIs only)' },
    permissions: ['org.read', 'org.staff.read', 'guides.read', 'settlement.read'],
  },
  {
    code: 'finance',
    name: { zh: '财务', en: 'Finance' },
    permissions: [
      'org.read',
      'orders.read',
      'coupons.read',
      'loyalty.read',
      'loyalty.adjust',
      'referral.read',
      'settlement.read',
      'settlement.write',
      'settlement.approve',
      'ledger.read',
      'insights.read',
    ],
  },
  {
    code: 'auditor',
    name: { zh: '审计员', en: 'Auditor' },
    permissions: ['org.read', 'org.staff.read', 'org.audit.read'],
  },
  {
    code: 'security-admin',
    name: { zh: '安全管理员', en: 'Security administrator' },
    permissions: ['org.read', 'org.staff.read', 'org.staff.write', 'org.roles.write'],
  },
  {
    code: 'privacy-officer',
    name: { zh: '个人信息保护负责人', en: 'Data protection officer' },
    permissions: [
      'org.read',
      'org.staff.read',
      'org.audit.read',
      'customers.read',
      'customers.reveal',
      'reveals.daily-100',
    ],
  },
  {
    code: 'partner',
    name: { zh: '合作伙伴', en: 'Partner' },
    permissions: ['catalog.read', 'content.read', 'referral.read', 'settlement.read'],
  },
  {
    code: 'developer',
    name: { zh: '开发者', en: 'Developer' },
    permissions: ['collect.read', 'collect.write', 'catalog.read', 'content.read'],
  },
  {
    code: 'platform-operator',
    name: { zh: '平台运维', en: 'Platform operator' },
    permissions: ['platform.operate', 'collect.read'],
  },
  {
    code: 'viewer',
    name: { zh: '只读', en: 'Viewer' },
    permissions: permissionCatalogue.filter(reading),
  },
];

const byCode = new Map(roleCatalogue.map((role) => [role.code, role] as const));

/** The ready-made role of a code. */
export function readyMadeRole(code: string): ReadyMadeRole | undefined {
  return byCode.get(code);
}

/** The authorisation matrix: for every permission the roles that have it. */
export function authorisationMatrix(): Record<Permission, string[]> {
  return Object.fromEntries(
    permissionCatalogue.map((permission) => [
      permission,
      roleCatalogue.filter((role) => role.permissions.includes(permission)).map((role) => role.code),
    ]),
  ) as Record<Permission, string[]>;
}
