import { call } from '../api/client.ts';
import type { Member } from '../api/types.ts';
import { useQuery } from './query.ts';

/** Who is signed in: null for a guest, undefined until known. */
export function useMember(): { member: Member | null | undefined; reload: () => Promise<void> } {
  const { data, reload } = useQuery('me', () => call('readMember', {}));
  return { member: data === undefined ? undefined : data.member, reload };
}
