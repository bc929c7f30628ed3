#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>

#include "base/address.h"

/* IANA's special-purpose registries: what is not reached through the Internet. */
static const struct {
	const char *net;
	unsigned bits;
} private_nets[] = {
	{"0.0.0.0", 8},
	{"10.0.0.0", 8},
	{"100.64.0.0", 10},
	{"127.0.0.0", 8},
	{"169.254.0.0", 16},
	{"172.16.0.0", 12},
	{"192.0.0.0", 24},
	{"192.168.0.0", 16},
	{"198.18.0.0", 15},
	{"224.0.0.0", 3},
	{"::", 127},
	{"fc00::", 7},
	{"fe80::", 10},
	{"fec0::", 10},
	{"ff00::", 8},
};

static bool same_bits(const unsigned char *a, const unsigned char *b, unsigned bits)
{
	unsigned bytes = bits / 8, rest = bits % 8;

	if (memcmp(a, b, bytes) != 0)
		return false;
	return rest == 0 || ((a[bytes] ^ b[bytes]) >> (8 - rest)) == 0;
}

static bool in_private_net(int family, const unsigned char *address)
{
	for (size_t i = 0; i < GK_COUNT(private_nets); i++) {
		unsigned char net[16];
		bool v6 = strchr(private_nets[i].net, ':');

		if (v6 != (family == AF_INET6))
			continue;
		if (inet_pton(family, private_nets[i].net, net) == 1 &&
			same_bits(net, address, private_nets[i].bits))
			return true;
	}
	return false;
}

/* IPv4 in IPv6: mapped (::ffff:0:0/96), translated (64:ff9b::/96), 6to4 (2002::/16). */
static bool v6_is_private(const unsigned char *p)
{
	static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
	static const unsigned char translated[12] = {0x00, 0x64, 0xff, 0x9b};

	if (memcmp(p, mapped, 12) == 0 || memcmp(p, translated, 12) == 0)
		return in_private_net(AF_INET, p + 12);
	if (p[0] == 0x20 && p[1] == 0x02)
		return in_private_net(AF_INET, p + 2);
	return in_private_net(AF_INET6, p);
}

bool gk_address_is_private(const struct sockaddr *sa)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (sa->sa_family == AF_INET) {
		memcpy(&v4, sa, sizeof v4);
		return in_private_net(AF_INET, (const unsigned char *)&v4.sin_addr);
	}
	memcpy(&v6, sa, sizeof v6);
	return v6_is_private((const unsigned char *)&v6.sin6_addr);
}

bool gk_address_of_host_is_private(const char *host, int *ret_failure)
{
	const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
	struct addrinfo *found;
	bool private = false;

	*ret_failure = getaddrinfo(host, NULL, &hints, &found);
	if (*ret_failure)
		return false;
	for (const struct addrinfo *i = found; i && !private; i = i->ai_next)
	private = gk_address_is_private(i->ai_addr);
	freeaddrinfo(found);
	return private;
}
