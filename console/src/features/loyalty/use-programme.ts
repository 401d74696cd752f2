import { listProgrammes } from '@shuke/server/contracts/loyalty';

import type { Reply } from '../../lib/api.ts';
import { useRead } from '../../lib/query.ts';
import { useUrlState } from '../../lib/url-state.ts';

export type Programme = Reply<typeof listProgrammes>['items'][number];
export type Content = NonNullable<Programme['draft']>;

/** The programmes, and the one on screen (named in the address, else the first). */
export function useProgramme() {
  const [search, change] = useUrlState();
  const answer = useRead(listProgrammes, {});
  const programmes = answer.data?.items ?? [];
  const wanted = search.get('programme');
  const programme = programmes.find(({ programmeId }) => programmeId === wanted) ?? programmes[0] ?? null;
  return {
    answer,
    programmes,
    programme,
    choose: (programmeId: string) => change({ programme: programmeId, tierCode: null }),
  };
}
