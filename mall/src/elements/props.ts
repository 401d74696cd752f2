import type { ReactNode } from 'react';

/** A plain block. */
export interface BoxProps {
  readonly className?: string;
  readonly style?: Readonly<Record<string, string>>;
  readonly id?: string;
  readonly role?: string;
  readonly label?: string;
  readonly live?: boolean;
  readonly hidden?: boolean;
  readonly children?: ReactNode;
}
export interface TxtProps {
  readonly className?: string;
  readonly hidden?: boolean;
  readonly children?: ReactNode;
}
export interface HeadingProps {
  readonly level: 1 | 2 | 3;
  readonly className?: string;
  readonly children?: ReactNode;
}
/** Whatever is pressed. */
export interface TapProps {
  readonly className?: string;
  readonly onTap: () => void;
  readonly label?: string;
  readonly isDisabled?: boolean;
  /** For switches and choices. */
  readonly role?: 'checkbox' | 'radio' | 'switch' | 'tab';
  readonly isOn?: boolean;
  readonly isExpanded?: boolean;
  readonly children?: ReactNode;
}
/** Leads to another page. */
export interface GoProps {
  readonly className?: string;
  readonly to: string;
  readonly label?: string;
  readonly isCurrent?: boolean;
  readonly children?: ReactNode;
}
export interface PicProps {
  readonly src: string | null;
  readonly alt: string;
  readonly className?: string;
  /** Height over width. */
  readonly ratio?: number;
  /** Width on screen, in px. */
  readonly width: number;
  /** Above the fold: loaded at once and first. */
  readonly isEager?: boolean;
}
export interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type?: 'text' | 'tel' | 'number' | 'search';
  readonly placeholder?: string;
  readonly maxLength?: number;
  readonly autoComplete?: string;
  readonly problem?: string | undefined;
  readonly isLabelHidden?: boolean;
  readonly isAutoFocused?: boolean;
  readonly onEnter?: () => void;
  readonly className?: string;
  readonly after?: ReactNode;
}
export interface AreaProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly placeholder?: string;
  readonly maxLength?: number;
  readonly isLabelHidden?: boolean;
}
export interface CarouselProps {
  readonly label: string;
  readonly slides: readonly ReactNode[];
  readonly onSlide?: (index: number) => void;
  readonly className?: string;
}
export interface RowProps {
  readonly className?: string;
  readonly label: string;
  readonly children?: ReactNode;
}
export interface OverlayProps {
  readonly label: string;
  readonly onClose: () => void;
  readonly className?: string;
  readonly children?: ReactNode;
}
/** An address on the picture service with a width, for the server's scaled copies. */
export function scaled(src: string, width: number): string {
  if (!src.startsWith('/api/')) return src;
  return `${src}${src.includes('?') ? '&' : '?'}w=${Math.min(1600, Math.max(16, Math.round(width)))}`;
}
