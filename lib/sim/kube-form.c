/* Undeclared and mistyped fields, in the words of the API server's decoders. */
#include "sim/default.h"
#include "sim/kube-commit.h"

static const char *go_type(const char *wanted)
{
	static const struct {
		const char *json, *go;
	} types[] = {{"integer", "int32"}, {"boolean", "bool"}, {"number", "float64"},
		{"array", "[]"}, {"object", "map[string]"}};

	for (size_t i = 0; i < GK_COUNT(types); i++)
		if (strcmp(types[i].json, wanted) == 0)
			return types[i].go;
	return "string";
}

static int fail_builtin_type(struct gk_sim_kreq *k, const struct gk_sim_misfit *f)
{
	const char *kind = k->res->kind;

	if (strcmp(f->wanted, "base64") == 0)
		return gk_sim_fail_bad(k,
			"%s in version \"%s\" cannot be handled as a %s: illegal base64 data at "
			"input byte 0",
			kind, k->version->name, kind);
	return gk_sim_fail_bad(k,
		"%s in version \"%s\" cannot be handled as a %s: json: cannot unmarshal %.*s into "
		"Go struct field %s.%s of type %s",
		kind, k->version->name, kind, GK_SARG(f->got), kind, f->path, go_type(f->wanted));
}

static void add_type_cause(struct gk_sim_kreq *k, const struct gk_sim_misfit *f)
{
	gk_sim_cause(k, "FieldValueTypeInvalid", f->path,
		"Invalid value: \"%.*s\": %s in body must be of type %s: \"%.*s\"", GK_SARG(f->got),
		f->path, f->wanted, GK_SARG(f->got));
}

static int report_unknown(struct gk_sim_kreq *k, const struct gk_sim_form *form)
{
	struct gk_buf b = GK_BUF_INIT(1 << 16);
	int rc = 0;

	if (!form->unknown.n || k->validation == GK_SIM_VALIDATE_IGNORE)
		return 0;
	if (k->validation == GK_SIM_VALIDATE_WARN) {
		gk_vec_foreach (struct gk_sim_misfit, f, &form->unknown)
			gk_sim_warn(k, "unknown field \"%s\"", f->path);
		return 0;
	}
	gk_vec_foreach (struct gk_sim_misfit, f, &form->unknown)
		gk_buf_printf(&b, "%sunknown field \"%s\"", b.n ? ", " : "", f->path);
	if (!k->res->builtin || strcmp(k->verb, "create") == 0 || strcmp(k->verb, "update") == 0)
		rc = gk_sim_fail_bad(k,
			"%s in version \"%s\" cannot be handled as a %s: strict "
			"decoding error: %s",
			k->res->kind, k->version->name, k->res->kind, gk_buf_cstr(&b));
	else
		rc = gk_sim_fail_bad(k, "strict decoding error: %s", gk_buf_cstr(&b));
	gk_buf_done(&b);
	return rc;
}

int gk_sim_check_form(struct gk_sim_kreq *k, struct gk_node *body)
{
	struct gk_sim_form form = {0};
	int rc = 0;

	gk_sim_normalize(k->arena, k->version->type, body, &form);
	if (form.mistyped.n && k->res->builtin) {
		rc = fail_builtin_type(k, &form.mistyped.v[0]);
	} else if (form.mistyped.n) {
		k->name = gk_sim_obj_name(body);
		gk_vec_foreach (struct gk_sim_misfit, f, &form.mistyped)
			add_type_cause(k, f);
		rc = gk_sim_fail_invalid(k);
	} else {
		rc = report_unknown(k, &form);
	}
	gk_sim_form_done(&form);
	return rc;
}
