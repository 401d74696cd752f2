/** A set of order numbers by 52-bit hashes in a flat array: a million take 16 MB. */
export class KeySet {
  #slots = new Float64Array(1 << 12);
  size = 0;

  has(key: string): boolean {
    return this.#slots[this.#find(hashOf(key))] !== 0;
  }

  /** Adds a key; false when it was there. */
  add(key: string): boolean {
    const hash = hashOf(key);
    const slot = this.#find(hash);
    if (this.#slots[slot] !== 0) return false;
    this.#slots[slot] = hash;
    this.size += 1;
    if (this.size * 2 > this.#slots.length) this.#grow();
    return true;
  }

  #find(hash: number): number {
    const mask = this.#slots.length - 1;
    let slot = (hash % 0x1_0000_0000) & mask;
    while (this.#slots[slot] !== 0 && this.#slots[slot] !== hash) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Float64Array(old.length * 2);
    for (const hash of old) if (hash !== 0) this.#slots[this.#find(hash)] = hash;
  }
}

/** A stable number for a text, below 2^52 and never 0. */
export function hashOf(text: string): number {
  let low = 0x81_1c_9d_c5;
  let high = 0x01_00_01_93;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    low = Math.imul(low ^ code, 0x01_00_01_93);
    high = Math.imul(high ^ code, 0x85_eb_ca_6b) + (low >>> 13);
  }
  low ^= low >>> 16;
  low = Math.imul(low, 0x85_eb_ca_6b);
  low ^= low >>> 13;
  return ((high >>> 0) % 0x10_0000) * 0x1_0000_0000 + (low >>> 0) + 1;
}
