import { Journey, journeyProblems } from '@shuke/server/contracts/journeys';
import { expect, test } from 'vitest';

import { journeyFrom, templateNames } from './templates.ts';

test.each([undefined, '01a20e4f-47f6-7559-9dab-9ff868e662a8'])(
  'every template but the blank one can be published at once, with or without a message to send',
  (messageTemplateId) => {
    for (const name of templateNames) {
      const problems = journeyProblems(null, Journey.parse(journeyFrom(name, messageTemplateId)));
      expect([name, problems.map(({ code }) => code)]).toEqual([
        name,
        name === 'blank' ? ['journey_without_start'] : [],
      ]);
    }
  },
);
