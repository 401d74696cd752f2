import { Link } from 'react-router';

interface CustomerLinkProps {
  readonly customerId: number;
  /** Masked; empty for someone who never gave a name. */
  readonly name: string;
}

/** A customer by masked name, leading to their page. */
export function CustomerLink({ customerId, name }: CustomerLinkProps) {
  return <Link to={`/customers/${customerId}`}>{name === '' ? `#${customerId}` : name}</Link>;
}
