import i18next from 'i18next';

/** The name of a sales channel in the reader's language; an own channel's code stays as it is. */
export function channelText(channel: string): string {
  const key = `common:channels.${channel}`;
  return i18next.exists(key) ? i18next.t(key) : channel;
}

/** Channels known by name, for filters. */
export const knownChannels = [
  'mall',
  'taobao',
  'tmall',
  'douyin',
  'jd',
  'pdd',
  'kuaishou',
  'xiaohongshu',
  'youzan',
  'shopify',
  'meituan',
  'pos',
  'online_retail',
  'file',
] as const;
