import {
  BranchesOutlined,
  ClockCircleOutlined,
  FieldTimeOutlined,
  GiftOutlined,
  LoginOutlined,
  LogoutOutlined,
  MessageOutlined,
  TagOutlined,
} from '@ant-design/icons';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { eventText } from '../../i18n/event-text.ts';
import type { NodeKind } from '../../ui/canvas/node-kind.ts';
import type { Tone } from '../../ui/status-tag.tsx';
import { nameOf } from '../segments/condition-choices.ts';
import { useConditionText } from '../segments/condition-text.ts';
import type { JourneyChoices } from './journey-choices.ts';
import { outputsOf, splitMinutes } from './journey-graph.ts';
import type { NodeData } from './journey-graph.ts';

interface Look {
  readonly group: 'start' | 'wait' | 'decide' | 'act' | 'end';
  readonly icon: ReactNode;
  readonly tone: Tone;
}

const looks: Readonly<Record<NodeData['kind'], Look>> = {
  entry: { group: 'start', icon: <LoginOutlined />, tone: 'good' },
  wait: { group: 'wait', icon: <ClockCircleOutlined />, tone: 'info' },
  wait_event: { group: 'wait', icon: <FieldTimeOutlined />, tone: 'info' },
  condition: { group: 'decide', icon: <BranchesOutlined />, tone: 'warn' },
  message: { group: 'act', icon: <MessageOutlined />, tone: 'brand' },
  coupon: { group: 'act', icon: <GiftOutlined />, tone: 'brand' },
  tag: { group: 'act', icon: <TagOutlined />, tone: 'brand' },
  exit: { group: 'end', icon: <LogoutOutlined />, tone: 'neutral' },
};

function created(kind: NodeData['kind'], choices: JourneyChoices): NodeData {
  switch (kind) {
    case 'entry':
      return {
        kind,
        entry: { kind: 'event', event: 'Order Paid', condition: null },
        reentry: 'never',
        maxEntrants: null,
        exitOn: [],
      };
    case 'wait':
      return { kind, minutes: 1_440 };
    case 'wait_event':
      return { kind, event: 'Order Paid', minutes: 1_440 };
    case 'condition':
      return {
        kind,
        condition: { kind: 'all', conditions: [{ kind: 'order_count', withinDays: 30, count: { min: 1 } }] },
      };
    case 'message':
      return { kind, messageTemplateId: choices.messages[0]?.value ?? '' };
    case 'coupon':
      return { kind, couponTemplateId: choices.coupons[0]?.value ?? '' };
    case 'tag':
      return { kind, act: 'add', tagId: choices.tags[0]?.value ?? 0 };
    case 'exit':
      return { kind };
    default:
      return kind satisfies never;
  }
}

/** Minutes in words: 2 天, 90 分钟. */
export function useDurationText(): (minutes: number) => string {
  const { t } = useTranslation('journeys');
  return (minutes) => {
    const { amount, unit } = splitMinutes(minutes);
    return t(`durations.${unit}`, { count: amount });
  };
}

/** What a node does, in a line. */
export function useNodeText(choices: JourneyChoices): (data: NodeData) => string {
  const { t } = useTranslation('journeys');
  const duration = useDurationText();
  const condition = useConditionText();
  return (data) => {
    switch (data.kind) {
      case 'entry':
        return data.entry.kind === 'event'
          ? t('describe.event', { event: eventText(data.entry.event) })
          : t(`describe.${data.entry.kind}`, { name: nameOf(choices.segments, data.entry.segmentId) });
      case 'wait':
        return t('describe.wait', { duration: duration(data.minutes) });
      case 'wait_event':
        return t('describe.wait_event', { event: eventText(data.event), duration: duration(data.minutes) });
      case 'condition':
        return condition(data.condition);
      case 'message':
        return data.messageTemplateId === '' ? '' : nameOf(choices.messages, data.messageTemplateId);
      case 'coupon':
        return data.couponTemplateId === '' ? '' : nameOf(choices.coupons, data.couponTemplateId);
      case 'tag':
        return data.tagId === 0 ? '' : t(`describe.tag_${data.act}`, { name: nameOf(choices.tags, data.tagId) });
      case 'exit':
        return '';
      default:
        return data satisfies never;
    }
  };
}

/** The kinds of nodes of the palette, in its order. */
export function useNodeKinds(choices: JourneyChoices): NodeKind<NodeData>[] {
  const { t } = useTranslation('journeys');
  const describe = useNodeText(choices);
  return (Object.keys(looks) as NodeData['kind'][]).map((kind) => ({
    kind,
    label: t(`nodes.${kind}`),
    group: t(`nodeGroups.${looks[kind].group}`),
    icon: looks[kind].icon,
    tone: looks[kind].tone,
    hasInput: kind !== 'entry',
    outputs: () => outputsOf(kind).map((id) => ({ id, label: t(`outputs.${id}`) })),
    describe,
    create: () => created(kind, choices),
  }));
}
