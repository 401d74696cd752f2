import type { Section } from '../../lib/feature.ts';

const strokes: Readonly<Record<Section, string>> = {
  overview: 'M3 11.5 10 4l7 7.500M5.500 9.500V16h9V9.500M10 16v-3.500',
  customers:
    'M10 10a3.200 3.200 0 1 0 0-6.400A3.200 3.200 0 0 0 10 10ZM3.800 16.500c.7-3 3.100-4.500 6.200-4.500s5.500 1.500 6.200 4.500',
  reach: 'M3.500 9.200 16.500 4l-4.600 12.500-2.700-5.100-5.700-2.200ZM9.200 11.400 16.500 4',
  wecom:
    'M8.200 4C5.100 4 3 5.900 3 8.300c0 1.400.8 2.600 2 3.400l-.4 1.800 2-1c.5.1 1 .2 1.600.2M17 11.300c0-2-1.900-3.700-4.300-3.700s-4.300 1.700-4.300 3.700 1.900 3.700 4.300 3.700c.5 0 1-.1 1.500-.2l1.700.9-.4-1.600c.9-.7 1.500-1.700 1.500-2.800Z',
  mall: 'M4.500 7.500h11l-.8 8.500H5.300l-.8-8.500ZM7.300 9.500V6.300a2.700 2.700 0 0 1 5.400 0v3.200',
  membership: 'M3 7.500 6.500 10 10 5l3.500 5L17 7.500 15.700 15H4.300L3 7.500Z',
  referral:
    'M6 12.200a2.200 2.200 0 1 0 0-4.400 2.200 2.200 0 0 0 0 4.400ZM14.500 7a2.200 2.200 0 1 0 0-4.400 2.200 2.200 0 0 0 0 4.400ZM14.500 17.400a2.200 2.200 0 1 0 0-4.400 2.200 2.200 0 0 0 0 4.400ZM8 9l4.600-2.900M8 11l4.600 3',
  service:
    'M4 12v-2a6 6 0 0 1 12 0v2M4 12.500c0-.8.600-1.500 1.500-1.500H7v4.500H5.500A1.500 1.500 0 0 1 4 14v-1.500ZM16 12.500c0-.8-.6-1.500-1.500-1.500H13v4.500h1.500A1.500 1.500 0 0 0 16 14v-1.500ZM16 14.500c0 1.700-1.600 2.500-4 2.500',
  traffic: 'M3 6h4.500l5 8H17M3 14h4.500l1.600-2.600M11 8.400 12.500 6H17M15 4l2 2-2 2M15 12l2 2-2 2',
  insights: 'M4 16V9.500M8 16V4.500M12 16v-5M16 16V7',
  settings: 'M4 6h7M15 6h1M4 14h1M9 14h7M13 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM7 16a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z',
};

/** The sign of a section in the sidebar. */
export function SectionIcon({ section }: { readonly section: Section }) {
  return (
    <svg width="20" height="20" viewBox="0 0 20 20" fill="none" aria-hidden>
      <path d={strokes[section]} stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}

/** The product's mark: a loop that comes back. */
export function BrandMark({ sizePx = 28 }: { readonly sizePx?: number }) {
  return (
    <svg width={sizePx} height={sizePx} viewBox="0 0 32 32" fill="none" aria-hidden>
      <path d="M22.9 12.2A8 8 0 1 0 24 16" stroke="#2DB5A6" strokeWidth="3.200" strokeLinecap="round" />
      <circle cx="23.2" cy="9.6" r="2.8" fill="#F59E0B" />
    </svg>
  );
}
