import { InputNumber } from 'antd';

interface FenInputProps {
  /** Fen; given by the form. */
  readonly value?: number | null;
  readonly onChange?: (fen: number | null) => void;
  readonly min?: number;
  readonly disabled?: boolean;
  readonly placeholder?: string;
  readonly label?: string;
  readonly id?: string;
}

/** Money typed in yuan and kept in fen. */
export function FenInput({ value, onChange, min = 0, disabled, placeholder, label, id }: FenInputProps) {
  return (
    <InputNumber<number>
      prefix="¥"
      style={{ width: '100%', minWidth: 112 }}
      precision={2}
      step={1}
      min={min / 100}
      max={100_000_000}
      value={value === null || value === undefined ? null : value / 100}
      // 0.29 × 100 is 28.999…: round, or a price loses a fen.
      onChange={(yuan) => onChange?.(yuan === null ? null : Math.round(yuan * 100))}
      {...(disabled === undefined ? {} : { disabled })}
      {...(placeholder === undefined ? {} : { placeholder })}
      {...(label === undefined ? {} : { 'aria-label': label })}
      {...(id === undefined ? {} : { id })}
    />
  );
}
