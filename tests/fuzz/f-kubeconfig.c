/* Input: a kubeconfig, as a file that exists only in memory. */
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/io.h"
#include "fuzz.h"
#include "kube/cred.h"

static void use(const struct gk_kube_config *c)
{
	GK_AUTO(gk_buf_done) struct gk_buf b = GK_BUF_INIT(0);
	struct gk_cred *cred = gk_cred_new(c, true);
	struct gk_err err = GK_ERR_INIT;

	gk_assert(c->server && c->namespace);
	gk_cred_describe(cred, &b);
	/* Plugins and token files are for the operator's own configuration. */
	if (!c->exec && !c->token_file)
		(void)!gk_cred_headers(cred, &b, &err);
	gk_cred_free(cred);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("kubeconfig", MFD_CLOEXEC);
	struct gk_limits lim = fuzz_limits();
	struct gk_diags diags = GK_DIAGS_INIT;
	struct gk_err err = GK_ERR_INIT;
	struct gk_kube_config c;
	char path[32];
	const struct gk_opt_cluster opt = {.kubeconfig = path};
	const struct gk_kube_env env = {0};

	gk_assert(fd >= 0 && gk_io_write_all(fd, data, size) == 0);
	(void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	if (gk_kube_config_load(&opt, NULL, &env, &lim, &c, &diags, &err) == 0)
		use(&c);
	else
		gk_assert(err.code != GK_OK);
	gk_kube_config_done(&c);
	gk_diags_done(&diags);
	(void)close(fd);
	return 0;
}
