import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { authorisationMatrix } from './role-catalogue.ts';

export const matrixFile = resolve(import.meta.dirname, 'authorisation-matrix.json');

// Run by hand after a change of the catalogue: `node server/modules/org/write-authorisation-matrix.ts`.
if (import.meta.main) writeFileSync(matrixFile, `${JSON.stringify(authorisationMatrix(), null, 2)}\n`);
