/* Network addresses that a stranger's document must not lead us to. */
#ifndef GK_BASE_ADDRESS_H
#define GK_BASE_ADDRESS_H

#include <sys/socket.h>

#include "base/base.h"

/*
 * Not reached through the Internet: loopback, link-local, private, shared and multicast
 * networks of IPv4 and IPv6, IPv4 within IPv6 included.  sa is of either family.
 */
bool gk_address_is_private(const struct sockaddr *sa);

/*
 * Has the host one such address?  *ret_failure is what getaddrinfo(3) failed with, or 0; then
 * the answer is false.
 */
bool gk_address_of_host_is_private(const char *host, int *ret_failure);

#endif
