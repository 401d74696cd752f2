import { ApiError, readApiError } from './api-error.ts';
import { callHeaders } from './api.ts';

export interface FileToSend {
  readonly address: string;
  readonly file: File;
  /** Other fields of the form, sent before the file. */
  readonly fields?: Readonly<Record<string, string>>;
  /** Told the part sent so far, 0 to 1. */
  readonly onProgress?: (part: number) => void;
}

/** Sends one file as a multipart form and answers the JSON reply. Fetch cannot tell how much has been sent; XMLHttpRequest can. */
export function sendFile({ address, file, fields = {}, onProgress }: FileToSend): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append('file', file);
    const request = new XMLHttpRequest();
    request.open('POST', address);
    for (const [name, value] of Object.entries(callHeaders.current())) request.setRequestHeader(name, value);
    request.setRequestHeader('idempotency-key', crypto.randomUUID());
    request.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable) onProgress?.(event.loaded / event.total);
    });
    request.addEventListener('load', () => {
      if (request.status >= 200 && request.status < 300) {
        resolve(JSON.parse(request.responseText));
        return;
      }
      readApiError(new Response(request.responseText, { status: request.status })).then(reject, reject);
    });
    request.addEventListener('error', () =>
      reject(new ApiError({ status: 0, code: 'unreachable', message: 'The server cannot be reached.' })),
    );
    request.send(form);
  });
}
