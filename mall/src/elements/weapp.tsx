import { Image, Input, ScrollView, Swiper, SwiperItem, Text, Textarea, View } from '@tarojs/components';
import type { ReactElement } from 'react';

import { platform } from '../platform/weapp.ts';
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

export function Box({ className, style, id, role, label, children }: BoxProps): ReactElement {
  return (
    <View className={className ?? ''} style={style ?? {}} id={id ?? ''} ariaRole={role ?? ''} ariaLabel={label ?? ''}>
      {children}
    </View>
  );
}

export function Txt({ className, children }: TxtProps): ReactElement {
  return <Text className={className ?? ''}>{children}</Text>;
}

export function Heading({ className, level, children }: HeadingProps): ReactElement {
  return (
    <View className={`h${level} ${className ?? ''}`} ariaRole="heading">
      {children}
    </View>
  );
}

export function Tap({ className, onTap, label, isDisabled, role, isOn, children }: TapProps): ReactElement {
  return (
    <View
      className={`tap ${isDisabled ? 'is-disabled' : ''} ${className ?? ''}`}
      hoverClass="is-pressed"
      ariaRole={role ?? 'button'}
      ariaLabel={label ?? ''}
      {...(role && isOn !== undefined ? { 'aria-checked': isOn } : {})}
      onClick={() => {
        if (!isDisabled) onTap();
      }}
    >
      {children}
    </View>
  );
}

export function Go({ className, to, label, children }: GoProps): ReactElement {
  return (
    <View
      className={`tap ${className ?? ''}`}
      hoverClass="is-pressed"
      ariaRole="link"
      ariaLabel={label ?? ''}
      onClick={() => platform.open(to)}
    >
      {children}
    </View>
  );
}

export function Pic({ src, alt, className, ratio = 1, width, isEager }: PicProps): ReactElement {
  const frame = { paddingTop: `${ratio * 100}%` };
  if (!src) return <View className={`pic pic-none ${className ?? ''}`} style={frame} />;
  return (
    <View className={`pic ${className ?? ''}`} style={frame}>
      <Image
        className="pic-img is-shown"
        src={platform.address(scaled(src, width * 2))}
        mode="aspectFill"
        lazyLoad={isEager !== true}
        ariaLabel={alt}
      />
    </View>
  );
}

export function Field(props: FieldProps): ReactElement {
  const { label, value, onChange, type = 'text', placeholder, maxLength, problem, isLabelHidden } = props;
  return (
    <View className={`field ${problem ? 'has-problem' : ''} ${props.className ?? ''}`}>
      {isLabelHidden ? null : <View className="field-label">{label}</View>}
      <View className="field-row">
        <Input
          className="field-input"
          type={type === 'number' || type === 'tel' ? 'number' : 'text'}
          confirmType={type === 'search' ? 'search' : 'done'}
          value={value}
          placeholder={placeholder ?? ''}
          maxlength={maxLength ?? 200}
          focus={props.isAutoFocused === true}
          ariaLabel={label}
          onInput={(event) => onChange(event.detail.value)}
          onConfirm={() => props.onEnter?.()}
        />
        {props.after}
      </View>
      {problem ? <View className="field-problem">{problem}</View> : null}
    </View>
  );
}

export function Area({ label, value, onChange, placeholder, maxLength, isLabelHidden }: AreaProps): ReactElement {
  return (
    <View className="field">
      {isLabelHidden ? null : <View className="field-label">{label}</View>}
      <Textarea
        className="field-area"
        value={value}
        placeholder={placeholder ?? ''}
        maxlength={maxLength ?? 500}
        ariaLabel={label}
        onInput={(event) => onChange(event.detail.value)}
      />
    </View>
  );
}

export function Carousel({ slides, onSlide, className }: CarouselProps): ReactElement {
  return (
    <Swiper
      className={`carousel ${className ?? ''}`}
      indicatorDots={slides.length > 1}
      onChange={(event) => onSlide?.(event.detail.current)}
    >
      {slides.map((slide, at) => (
        <SwiperItem key={at}>{slide}</SwiperItem>
      ))}
    </Swiper>
  );
}

export function Row({ className, children }: RowProps): ReactElement {
  return (
    <ScrollView className={`row ${className ?? ''}`} scrollX enhanced showScrollbar={false}>
      <View className="row-inside">{children}</View>
    </ScrollView>
  );
}

export function Overlay({ label, onClose, className, children }: OverlayProps): ReactElement {
  return (
    <View className="overlay">
      <View className="overlay-shade" onClick={onClose} />
      <View className={`overlay-panel ${className ?? ''}`} ariaRole="dialog" ariaLabel={label}>
        {children}
      </View>
    </View>
  );
}
