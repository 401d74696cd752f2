import { createContext, useContext } from 'react';

/** The brand's time zone: every instant on screen is shown in it, wherever the reader sits. */
export const TimeZoneContext = createContext('Asia/Shanghai');

export function useTimeZone(): string {
  return useContext(TimeZoneContext);
}
