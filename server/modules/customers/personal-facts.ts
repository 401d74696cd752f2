import type { Context } from '#platform/context';

/** What stands against erasing a person: a code the front ends have a sentence for, and what it is about. */
export interface Hindrance {
  readonly why: 'open_order';
  readonly reference: string;
}

/** What a module keeps of a person that must go when they are erased. */
export interface PersonalFacts {
  /** The module's name. */
  readonly name: string;
  /** Why the person cannot be erased yet; null when nothing stands against it. */
  readonly hindrance?: (ctx: Context, customerId: number) => Promise<Hindrance | null>;
  /** Removes or blanks names, phones, addresses and texts; amounts and counts stay. Safe to repeat. */
  readonly erase: (ctx: Context, customerId: number) => Promise<void>;
}

const registered = new Map<string, PersonalFacts>();

/** Declares what erasing a person does in a module; modules call it once when they are loaded. */
export function registerPersonalFacts(facts: PersonalFacts): void {
  registered.set(facts.name, facts);
}

/** The declarations of all modules. */
export function personalFacts(): Iterable<PersonalFacts> {
  return registered.values();
}
