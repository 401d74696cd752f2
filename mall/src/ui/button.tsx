import { Go, Tap } from '@elements';
import type { ReactElement, ReactNode } from 'react';

type Kind = 'main' | 'quiet' | 'line' | 'warm' | 'danger';
interface ButtonProps {
  readonly onTap: () => void;
  readonly kind?: Kind;
  readonly size?: 'small' | 'big';
  readonly isWide?: boolean;
  readonly isDisabled?: boolean;
  readonly label?: string;
  readonly children: ReactNode;
}

function classOf(kind: Kind, size: 'small' | 'big' | undefined, isWide: boolean | undefined): string {
  return `button button-${kind} ${size ? `button-${size}` : ''} ${isWide ? 'button-wide' : ''}`;
}

export function Button({ kind = 'main', size, isWide, children, ...rest }: ButtonProps): ReactElement {
  return (
    <Tap className={classOf(kind, size, isWide)} {...rest}>
      {children}
    </Tap>
  );
}

/** A link that looks like a button. */
export function ButtonLink({
  to,
  kind = 'main',
  size,
  isWide,
  children,
}: {
  to: string;
  kind?: Kind;
  size?: 'small' | 'big';
  isWide?: boolean;
  children: ReactNode;
}): ReactElement {
  return (
    <Go className={classOf(kind, size, isWide)} to={to}>
      {children}
    </Go>
  );
}
