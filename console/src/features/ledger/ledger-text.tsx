import { useTranslation } from 'react-i18next';

import { Count, Money } from '../../ui/formatted.tsx';

/** An amount in an account's unit: money in its currency, points as a number. */
export function AmountIn({
  unit,
  amount,
  signed = false,
}: {
  readonly unit: string;
  readonly amount: number;
  readonly signed?: boolean;
}) {
  const sign = signed && amount > 0 ? '+' : '';
  const currency = /^([A-Z]{3})_(FEN|MINOR)$/.exec(unit)?.[1];
  return (
    <span>
      {sign}
      {currency === undefined ? <Count value={amount} /> : <Money fen={amount} currency={currency} />}
    </span>
  );
}

/** Names of account kinds, transfer reasons and owners in words; unknown ones as they are. */
export function useLedgerText() {
  const { t } = useTranslation('ledger');
  return {
    account: (code: string) => t(`accounts.${code}`, { defaultValue: code }),
    reason: (reason: string) => t(`reasons.${reason}`, { defaultValue: reason }),
    owner: (kind: string) => t(`owners.${kind}`, { defaultValue: kind }),
    unit: (unit: string) => t(`units.${unit}`, { defaultValue: unit }),
  };
}
