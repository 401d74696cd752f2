import { Journey, journeyProblems } from '@shuke/server/contracts/journeys';
import i18next from 'i18next';

import type { CanvasProblem } from '../../ui/canvas/flow-canvas.tsx';
import { entryId } from './journey-graph.ts';
import type { JourneyGraph } from './journey-graph.ts';

/** What stops a journey from being saved (something is not filled in) or published, at the node it is about. */
export function problemsOf(journey: Journey, graph: JourneyGraph): { canSave: boolean; problems: CanvasProblem[] } {
  const text = (code: string, parameters: object = {}) => i18next.t(`errors:${code}`, { ...parameters });
  const entries = graph.nodes.filter(({ kind }) => kind === 'entry');
  const own = entries.slice(1).map(({ id }) => ({ nodeId: id, text: text('journey_second_entry') }));
  const parsed = Journey.safeParse(journey);
  if (!parsed.success) {
    const ids = new Set(
      parsed.error.issues.map(({ path: [part, index] }) =>
        part === 'nodes' && typeof index === 'number'
          ? (journey.nodes[index]?.id ?? entryId)
          : (entries[0]?.id ?? entryId),
      ),
    );
    return {
      canSave: false,
      problems: [...own, ...[...ids].map((nodeId) => ({ nodeId, text: text('journey_incomplete') }))],
    };
  }
  return {
    canSave: own.length === 0,
    problems: [
      ...own,
      ...journeyProblems(null, parsed.data).map(({ code, path, parameters }) => ({
        nodeId: path.startsWith('nodes.') ? path.slice('nodes.'.length) : (entries[0]?.id ?? null),
        text: text(code, parameters),
      })),
    ],
  };
}
