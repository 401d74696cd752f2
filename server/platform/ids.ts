import { v7 } from 'uuid';

/** A new time-ordered UUID (version 7), for rows whose id nothing else derives. */
export function newId(): string {
  return v7();
}
