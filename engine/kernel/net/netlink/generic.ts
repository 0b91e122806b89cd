// NETLINK_GENERIC: its controller, which says that there are no families here (linux/genetlink.h).

import { ERRNO } from "../../../lib/errno";
import { NLM_F } from "../../../lib/netlink/constants";
import type { Protocol } from "./handler";

const GENL_ID_CTRL = 16;
const CTRL_CMD_GETFAMILY = 3;

export const generic: Protocol = {
	handle({ type, body, flags }) {
		if (type !== GENL_ID_CTRL) return -ERRNO.ENOENT;
		if (body[0] !== CTRL_CMD_GETFAMILY) return -ERRNO.EOPNOTSUPP;
		return (flags & NLM_F.DUMP) === NLM_F.DUMP ? [] : -ERRNO.ENOENT;
	},
};
