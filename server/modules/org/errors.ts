import { defineError } from '#platform/errors';

export const SignInRefused = defineError(
  'sign_in_refused',
  401,
  () => 'The login or the password is not right.',
  () => ({}),
  { keepsTrace: true },
);
export const SecondFactorRefused = defineError(
  'second_factor_refused',
  401,
  () => 'The code is not right or was used already. Use the newest code of your authenticator, or a recovery code.',
  () => ({}),
  { keepsTrace: true },
);
export const SignInAgain = defineError('sign_in_again', 403, () => 'Give your password again to do this.');
export const InvitationInvalid = defineError(
  'invitation_invalid',
  410,
  () => 'This link was used or is too old. Ask for a new one.',
);
export const LoginTaken = defineError('login_taken', 409, () => 'This login is in use. Choose another one.');
export const CodeTaken = defineError(
  'code_taken',
  409,
  (code: string) => `The code ${code} is in use. Choose another one.`,
  (code) => ({ code }),
);
export const SelfGrantRefused = defineError(
  'self_grant_refused',
  403,
  () => 'Nobody may change their own roles or status. Ask another administrator.',
);
export const GrantBeyondOwn = defineError(
  'grant_beyond_own',
  403,
  (permission: string) => `You cannot give a role that may do more than you (${permission}).`,
  (permission) => ({ permission }),
);
export const LastAdministrator = defineError(
  'last_administrator',
  409,
  () => 'This is the last person who can manage roles. Give another person the role first.',
);
export const RoleInUse = defineError(
  'role_in_use',
  409,
  (holders: number) => `${holders} people hold this role. Take it from them first.`,
  (holders) => ({ holders }),
);
export const BrandUnknown = defineError('brand_unknown', 404, () => 'This shop does not exist.');
export const RegionInsideItself = defineError(
  'region_inside_itself',
  409,
  () => 'A region cannot lie inside itself, and regions nest at most six deep.',
);
