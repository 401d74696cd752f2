import { setTimeout as sleep } from 'node:timers/promises';

import type { LogEvent } from '#platform/log/event';
import { LogOverloaded, openLogWriter } from '#platform/log/writer';
import type { LogWriter } from '#platform/log/writer';

import type { Behaviour } from './behaviour.ts';
import type { BrushingRing } from './brushing.ts';
import type { Random } from './random.ts';
import type { Stage } from './stage.ts';
import { tell } from './story.ts';
import type { SeedMeans } from './within.ts';

interface Logging {
  readonly tenantId: number;
  readonly sourceId: number;
  readonly seed: number;
  readonly stage: Stage;
  readonly stories: Random;
  readonly rings: readonly BrushingRing[];
  readonly progress: (text: string) => void;
}

const peoplePerChunk = 250;

/** Puts what people did into the log, a few hundred people at a time; says how many events and how many a second it took. */
export async function logBehaviour(
  { database, services, logger }: SeedMeans,
  { tenantId, sourceId, seed, stage, stories, rings, progress }: Logging,
): Promise<{ events: number; eventsPerSecond: number }> {
  const writer = openLogWriter({ database, vaults: services.vaults, logger });
  const toEvent = ({ at, ...act }: Behaviour, messageId: string): LogEvent => ({
    ...act,
    tenantId,
    sourceId,
    messageId,
    occurredAt: at,
    receivedAt: Date.now(),
  });
  const { people } = stage.population;
  let events = 0;
  let appendMs = 0;
  const append = async (log: readonly LogEvent[]) => {
    const startedAt = performance.now();
    await appendTogether(writer, log);
    appendMs += performance.now() - startedAt;
    events += log.length;
  };
  try {
    for (let from = 0; from < people.length; from += peoplePerChunk) {
      const part = people.slice(from, from + peoplePerChunk);
      await append(
        part.flatMap((person) =>
          tell(stories, stage, person).behaviour.map((act, index) =>
            toEvent(act, `seed-${seed}-${person.id}-${index}`),
          ),
        ),
      );
      progress(
        `behaviour of ${Math.min(from + peoplePerChunk, people.length).toLocaleString()} people: ${events.toLocaleString()} events`,
      );
    }
    await append(
      rings.flatMap(({ id, reviews }) => reviews.map((act, index) => toEvent(act, `seed-${seed}-ring-${id}-${index}`))),
    );
  } finally {
    await writer.close();
  }
  return { events, eventsPerSecond: appendMs === 0 ? 0 : Math.round((events * 1_000) / appendMs) };
}

const overloadedPauseMs = 2_000;

/** Several appends at once share a commit, as requests of many visitors do; a log that is full for now is given time. */
async function appendTogether(writer: LogWriter, events: readonly LogEvent[]): Promise<void> {
  const parts: (readonly LogEvent[])[] = [];
  for (let from = 0; from < events.length; from += 100) parts.push(events.slice(from, from + 100));
  await Promise.all(parts.map((part) => appendPatiently(writer, part)));
}

async function appendPatiently(writer: LogWriter, events: readonly LogEvent[]): Promise<void> {
  for (;;) {
    try {
      await writer.append(events);
      return;
    } catch (error) {
      if (!(error instanceof LogOverloaded)) throw error;
      await sleep(overloadedPauseMs);
    }
  }
}
