import { Box, Pic, Tap, Txt } from '@elements';
import type { ReactElement } from 'react';

import type { Product, Sku } from '../api/types.ts';
import { useT } from '../i18n/t.ts';
import { chosenSku, isReachable, specValues } from '../lib/choose-sku.ts';
import type { Choice } from '../lib/choose-sku.ts';
import { Button } from './button.tsx';
import { Price } from './price.tsx';
import { Sheet } from './sheet.tsx';
import { Stepper } from './stepper.tsx';

interface SpecSheetProps {
  readonly product: Product;
  readonly choice: Choice;
  readonly onChoice: (choice: Choice) => void;
  readonly quantity: number;
  readonly onQuantity: (quantity: number) => void;
  readonly how: 'cart' | 'buy';
  readonly onDone: (sku: Sku) => void;
  readonly onClose: () => void;
}

/** Chooses SKU and quantity; what is not in stock is shown, but struck through. */
export function SpecSheet(props: SpecSheetProps): ReactElement {
  const { product, choice, onChoice, quantity, onQuantity, how, onDone, onClose } = props;
  const t = useT();
  const sku = chosenSku(product.skus, product.specNames, choice);
  const available = sku?.available ?? 0;
  return (
    <Sheet
      title={t('product.choose')}
      onClose={onClose}
      foot={
        <Button size="big" isDisabled={!sku || available <= 0} onTap={() => sku && onDone(sku)}>
          {sku && available <= 0 ? t('product.soldOut') : t(how === 'buy' ? 'product.buyNow' : 'product.addToCart')}
        </Button>
      }
    >
      <Box className="line line-start spec-head">
        <Box className="thumb">
          <Pic src={sku?.pictureUrl ?? product.pictureUrl} alt="" width={88} />
        </Box>
        <Box className="grow">
          <Price amountFen={sku?.price.payFen ?? product.priceFen} size="l" />
          <Box className={`small ${available <= 10 ? 'text-price' : 'muted'}`}>
            {available <= 0
              ? t('product.soldOut')
              : t(available <= 10 ? 'product.stockFew' : 'product.stock', { count: available })}
          </Box>
        </Box>
      </Box>
      {product.specNames.map((name) => (
        <Box key={name} className="spec-group" role="radiogroup" label={name}>
          <Box className="small muted">{name}</Box>
          <Box className="spec-values">
            {specValues(product.skus, name).map((value) => (
              <Tap
                key={value}
                className={`chip ${choice[name] === value ? 'is-on' : ''} ${isReachable(product.skus, choice, name, value) ? '' : 'is-out'}`}
                role="radio"
                isOn={choice[name] === value}
                onTap={() => onChoice({ ...choice, [name]: value })}
              >
                {value}
              </Tap>
            ))}
          </Box>
        </Box>
      ))}
      <Box className="line spec-group">
        <Txt className="small muted">{t('product.quantity')}</Txt>
        <Stepper
          value={quantity}
          most={Math.max(1, Math.min(available, 999))}
          onChange={onQuantity}
          label={t('product.quantity')}
        />
      </Box>
    </Sheet>
  );
}
