/** A deliberately plain model of one unit with lots and debt: what the real books must agree with after every command. */
export interface ModelLot {
  readonly id: number;
  readonly earn: string;
  readonly availableAt: number;
  readonly expiresAt: number;
  remaining: number;
  held: number;
}
interface ModelAccount {
  owner: number;
  lots: ModelLot[];
  debt: number;
}
interface Taken {
  readonly lot: ModelLot;
  amount: number;
}
interface ModelSpend {
  readonly account: number;
  readonly taken: Taken[];
  left: number;
}
interface ModelHold {
  readonly account: number;
  readonly taken: Taken[];
  readonly amount: number;
  readonly expiresAt: number;
  status: 'pending' | 'posted' | 'voided' | 'expired';
}

/** Raised by the model for what the books must refuse, with the expected code. */
export class Refused extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

const free = (lot: ModelLot) => lot.remaining - lot.held;
const sum = (amounts: number[]) => amounts.reduce((total, amount) => total + amount, 0);

export class Model {
  now = 0;
  nextLot = 1;
  nextKey = 1;
  readonly accounts: ModelAccount[];
  readonly earns = new Map<string, { account: number; amount: number; reversed: number }>();
  readonly spends = new Map<string, ModelSpend>();
  readonly holds = new Map<string, ModelHold>();

  constructor(customers: number) {
    this.accounts = Array.from({ length: customers }, (_, owner) => ({ owner, lots: [], debt: 0 }));
  }

  account(index: number): ModelAccount {
    const account = this.accounts[index];
    if (!account) throw new Error(`no account ${index}`);
    return account;
  }

  spendable(account: ModelAccount): ModelLot[] {
    return account.lots
      .filter((lot) => free(lot) > 0 && lot.availableAt <= this.now && lot.expiresAt >= this.now)
      .toSorted((a, b) => a.expiresAt - b.expiresAt || a.id - b.id);
  }

  available(account: ModelAccount): number {
    return sum(this.spendable(account).map(free)) - account.debt;
  }

  balance(account: ModelAccount): number {
    return sum(account.lots.map(({ remaining }) => remaining)) - account.debt;
  }

  earn(index: number, key: string, amount: number, availableAt: number, expiresAt: number): void {
    const account = this.account(index);
    const repaid = Math.min(account.debt, amount);
    account.debt -= repaid;
    account.lots.push({ id: this.nextLot++, earn: key, availableAt, expiresAt, remaining: amount - repaid, held: 0 });
    this.earns.set(key, { account: index, amount, reversed: 0 });
  }

  private takeFrom(
    lots: ModelLot[],
    amount: number,
    take: (lot: ModelLot, part: number) => void,
  ): { taken: Taken[]; missing: number } {
    const taken: Taken[] = [];
    let missing = amount;
    for (const lot of lots) {
      const part = Math.min(free(lot), missing);
      if (part === 0) continue;
      take(lot, part);
      taken.push({ lot, amount: part });
      missing -= part;
    }
    return { taken, missing };
  }

  spend(index: number, key: string, amount: number): void {
    const account = this.account(index);
    if (this.available(account) < amount) throw new Refused('insufficient_balance');
    const { taken } = this.takeFrom(this.spendable(account), amount, (lot, part) => (lot.remaining -= part));
    this.spends.set(key, { account: index, taken, left: amount });
  }

  refund(key: string, amount: number): void {
    const spend = this.spends.get(key);
    if (!spend) throw new Refused('transfer_not_found');
    if (amount > spend.left) throw new Refused('reverses_more_than_moved');
    spend.left -= amount;
    const account = this.account(spend.account);
    const repaid = Math.min(account.debt, amount);
    account.debt -= repaid;
    let rest = amount - repaid;
    for (const taken of spend.taken.toReversed()) {
      const part = Math.min(rest, taken.amount);
      taken.lot.remaining += part;
      taken.amount -= part;
      rest -= part;
    }
    // What repaid a debt at an earlier partial refund leaves room in the lots, so nothing can be left over here.
    if (rest > 0) throw new Error('model: a refund found no lot to return to');
  }

  clawback(key: string, amount: number): void {
    const earned = this.earns.get(key);
    if (!earned) throw new Refused('transfer_not_found');
    if (earned.reversed + amount > earned.amount) throw new Refused('reverses_more_than_moved');
    earned.reversed += amount;
    const account = this.account(earned.account);
    const own = account.lots.filter((lot) => lot.earn === key && free(lot) > 0);
    const order = [...own, ...this.spendable(account).filter((lot) => !own.includes(lot))];
    const { missing } = this.takeFrom(order, amount, (lot, part) => (lot.remaining -= part));
    account.debt += missing;
  }

  hold(index: number, key: string, amount: number, timeoutS: number): void {
    const account = this.account(index);
    if (this.available(account) < amount) throw new Refused('insufficient_balance');
    const { taken } = this.takeFrom(this.spendable(account), amount, (lot, part) => (lot.held += part));
    this.holds.set(key, { account: index, taken, amount, expiresAt: this.now + timeoutS * 1000, status: 'pending' });
  }

  endHold(key: string, how: 'posted' | 'voided' | 'expired', postKey: string, posted: number): void {
    const hold = this.holds.get(key);
    if (!hold) throw new Refused('transfer_not_found');
    if (hold.status !== 'pending')
      throw new Refused(hold.status === 'expired' ? 'hold_expired' : `hold_already_${hold.status}`);
    if (how === 'posted' && hold.expiresAt < this.now) throw new Refused('hold_expired');
    if (posted > hold.amount) throw new Refused('exceeds_hold_amount');
    hold.status = how;
    const account = this.account(hold.account);
    let leaving = posted;
    const spent: Taken[] = [];
    for (const { lot, amount } of hold.taken) {
      const part = Math.min(leaving, amount);
      leaving -= part;
      const repaid = Math.min(account.debt, amount - part);
      account.debt -= repaid;
      lot.held -= amount;
      lot.remaining -= part + repaid;
      if (part + repaid > 0) spent.push({ lot, amount: part + repaid });
    }
    if (how === 'posted') this.spends.set(postKey, { account: hold.account, taken: spent, left: posted });
  }

  expireLots(): void {
    for (const account of this.accounts) {
      for (const lot of account.lots) if (lot.expiresAt < this.now) lot.remaining = lot.held;
    }
  }

  expireHolds(): void {
    for (const [key, hold] of this.holds) {
      if (hold.status === 'pending' && hold.expiresAt < this.now) this.endHold(key, 'expired', '', 0);
    }
  }
}
