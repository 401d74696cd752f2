import { behave } from './behaviour.ts';
import type { Behaviour } from './behaviour.ts';
import type { Person } from './population.ts';
import { purchaseAt, purchaseTimes } from './purchases.ts';
import type { Purchase } from './purchases.ts';
import type { Random } from './random.ts';
import type { Stage } from './stage.ts';

/** The story of one person: what they did and bought. */
export interface Chapter {
  readonly person: Person;
  readonly behaviour: readonly Behaviour[];
  readonly purchases: readonly Purchase[];
}

/** Everything one person does in the story; drawn from their own generator, so that nobody depends on anybody else. */
export function tell(random: Random, stage: Stage, person: Person): Chapter {
  const times = purchaseTimes(random, stage, person);
  const purchases = times.map((time) => purchaseAt(random, stage, person, time));
  return { person, purchases, behaviour: behave(random, stage, person, { times, purchases }) };
}
