import { useEffect, useId, useRef, useState } from 'react';
import type { KeyboardEvent, MouseEvent, ReactElement, ReactPortal } from 'react';
import { createPortal } from 'react-dom';

import { go } from '../platform/h5-history.ts';
import { scaled } from './props.ts';
import type {
  AreaProps,
  BoxProps,
  CarouselProps,
  FieldProps,
  GoProps,
  HeadingProps,
  OverlayProps,
  PicProps,
  RowProps,
  TapProps,
  TxtProps,
} from './props.ts';

export function Box({ className, style, id, role, label, live, hidden, children }: BoxProps): ReactElement {
  return (
    <div
      className={className}
      style={style}
      id={id}
      role={role}
      aria-label={label}
      aria-live={live ? 'polite' : undefined}
      aria-hidden={hidden}
    >
      {children}
    </div>
  );
}

export function Txt({ className, hidden, children }: TxtProps): ReactElement {
  return (
    <span className={className} aria-hidden={hidden}>
      {children}
    </span>
  );
}

export function Heading({ level, className, children }: HeadingProps): ReactElement {
  const Tag = `h${level}` as const;
  return <Tag className={className}>{children}</Tag>;
}

export function Tap({ className, onTap, label, isDisabled, role, isOn, isExpanded, children }: TapProps): ReactElement {
  return (
    <button
      type="button"
      className={`tap ${className ?? ''}`}
      onClick={onTap}
      aria-label={label}
      disabled={isDisabled}
      role={role}
      aria-checked={role && role !== 'tab' ? isOn === true : undefined}
      aria-selected={role === 'tab' ? isOn === true : undefined}
      aria-expanded={isExpanded}
    >
      {children}
    </button>
  );
}

export function Go({ className, to, label, isCurrent, children }: GoProps): ReactElement {
  const onClick = (event: MouseEvent): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    go(to, 'push');
  };
  return (
    <a
      className={`tap ${className ?? ''}`}
      href={`#/${to}`}
      onClick={onClick}
      aria-label={label}
      aria-current={isCurrent ? 'page' : undefined}
    >
      {children}
    </a>
  );
}

/** Smaller pictures weigh hardly more than their blurred copy. */
const blurFrom = 320;

/** A picture that is sharp where it matters: a blurred copy of 24 px stands until the right size has come. */
export function Pic({ src, alt, className, ratio = 1, width, isEager }: PicProps): ReactElement {
  const [isShown, setShown] = useState(false);
  const frame = { paddingTop: `${ratio * 100}%` };
  if (!src) {
    return (
      <div
        className={`pic pic-none ${className ?? ''}`}
        style={frame}
        role={alt ? 'img' : undefined}
        aria-label={alt || undefined}
      />
    );
  }
  return (
    <div className={`pic ${className ?? ''}`} style={frame}>
      {isShown || isEager || width < blurFrom ? null : (
        <img className="pic-blur" src={scaled(src, 24)} alt="" aria-hidden loading="lazy" />
      )}
      <img
        className={`pic-img ${isShown || isEager ? 'is-shown' : ''}`}
        src={scaled(src, width * 2)}
        srcSet={
          src.startsWith('/api/')
            ? `${scaled(src, width)} 1x, ${scaled(src, width * 2)} 2x, ${scaled(src, width * 3)} 3x`
            : undefined
        }
        alt={alt}
        loading={isEager ? 'eager' : 'lazy'}
        decoding={isEager ? 'sync' : 'async'}
        {...(isEager ? { fetchpriority: 'high' } : {})}
        ref={(image) => {
          if (image?.complete && image.naturalWidth > 0 && !isShown) setShown(true);
        }}
        onLoad={() => setShown(true)}
        onError={() => setShown(true)}
      />
    </div>
  );
}

export function Field(props: FieldProps): ReactElement {
  const { label, value, onChange, type = 'text', placeholder, maxLength, autoComplete, problem, isLabelHidden } = props;
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (props.isAutoFocused) input.current?.focus();
  }, [props.isAutoFocused]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) props.onEnter?.();
  };
  return (
    <div className={`field ${problem ? 'has-problem' : ''} ${props.className ?? ''}`}>
      <label className={isLabelHidden ? 'hide' : 'field-label'} htmlFor={id}>
        {label}
      </label>
      <div className="field-row">
        <input
          ref={input}
          id={id}
          className="field-input"
          type={type === 'number' ? 'text' : type}
          inputMode={type === 'number' ? 'numeric' : undefined}
          value={value}
          placeholder={placeholder}
          maxLength={maxLength}
          autoComplete={autoComplete}
          aria-invalid={problem !== undefined}
          aria-describedby={problem ? `${id}-problem` : undefined}
          onChange={(event) => onChange(event.target.value)}
          onKeyDown={onKeyDown}
        />
        {props.after}
      </div>
      {problem ? (
        <div className="field-problem" id={`${id}-problem`}>
          {problem}
        </div>
      ) : null}
    </div>
  );
}

export function Area({ label, value, onChange, placeholder, maxLength, isLabelHidden }: AreaProps): ReactElement {
  const id = useId();
  return (
    <div className="field">
      <label className={isLabelHidden ? 'hide' : 'field-label'} htmlFor={id}>
        {label}
      </label>
      <textarea
        id={id}
        className="field-area"
        value={value}
        placeholder={placeholder}
        maxLength={maxLength}
        rows={3}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}

/** Swiped by thumb, by wheel, by keyboard; never moves by itself. */
export function Carousel({ label, slides, onSlide, className }: CarouselProps): ReactElement {
  const [index, setIndex] = useState(0);
  const track = useRef<HTMLDivElement>(null);
  const onScroll = (): void => {
    const element = track.current;
    if (!element) return;
    const next = Math.round(element.scrollLeft / Math.max(1, element.clientWidth));
    if (next === index) return;
    setIndex(next);
    onSlide?.(next);
  };
  const show = (next: number): void =>
    track.current?.scrollTo({ left: next * track.current.clientWidth, behavior: 'smooth' });
  return (
    <section className={`carousel ${className ?? ''}`} aria-label={label}>
      <div className="carousel-track" ref={track} onScroll={onScroll} tabIndex={0} role="group" aria-label={label}>
        {slides.map((slide, at) => (
          <div className="carousel-slide" key={at}>
            {slide}
          </div>
        ))}
      </div>
      {slides.length > 1 ? (
        <div className="carousel-dots">
          {slides.map((_, at) => (
            <button
              type="button"
              key={at}
              className={`carousel-dot ${at === index ? 'is-on' : ''}`}
              aria-label={`${at + 1} / ${slides.length}`}
              aria-current={at === index}
              onClick={() => show(at)}
            />
          ))}
        </div>
      ) : null}
    </section>
  );
}

/** Scrolls sideways. */
export function Row({ className, label, children }: RowProps): ReactElement {
  return (
    <div className={`row ${className ?? ''}`} role="group" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}

const focusable = 'button:not([disabled]), a[href], input, textarea, [tabindex="0"]';

/** A dialog above the page: takes the focus, keeps it, gives it back; Escape closes. */
export function Overlay({ label, onClose, className, children }: OverlayProps): ReactPortal {
  const panel = useRef<HTMLDivElement>(null);
  const close = useRef(onClose);
  useEffect(() => {
    close.current = onClose;
  });
  useEffect(() => {
    const before = document.activeElement;
    panel.current?.focus();
    document.body.classList.add('is-locked');
    const onKey = (event: globalThis.KeyboardEvent): void => {
      if (event.key === 'Escape') close.current();
      if (event.key !== 'Tab' || !panel.current) return;
      const stops = [...panel.current.querySelectorAll<HTMLElement>(focusable)];
      const [first, last] = [stops[0], stops.at(-1)];
      if (event.shiftKey && (document.activeElement === first || document.activeElement === panel.current)) {
        event.preventDefault();
        last?.focus();
      } else if (!event.shiftKey && document.activeElement === last) {
        event.preventDefault();
        first?.focus();
      }
    };
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('keydown', onKey);
      document.body.classList.remove('is-locked');
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return createPortal(
    <div className="overlay">
      <div className="overlay-shade" onClick={onClose} />
      <div
        className={`overlay-panel ${className ?? ''}`}
        role="dialog"
        aria-modal="true"
        aria-label={label}
        tabIndex={-1}
        ref={panel}
      >
        {children}
      </div>
    </div>,
    document.getElementById('sheets') ?? document.body,
  );
}
