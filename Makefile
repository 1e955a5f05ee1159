# Two commands do everything on a fresh Debian machine: make run, make test.
.PHONY: run test bench doctor lock clean

run: ## set up, migrate, play the demo into a new database, start web and worker (PORT, 8000 unless set)
	@.ci/start

test: ## the same set-up, then everything that must pass, on SQLite and on PostgreSQL
	@.ci/test

bench: ## how long pages take beside the stock admin's, with many customers and applications (ROWS, 200000 unless set), and letters three ways (PART=letters N=1000)
	@.ci/bench

doctor: ## what this machine lacks
	@test -x .venv/bin/python || { echo "まだ準備ができていません。先に make run を実行してください。" >&2; exit 1; }
	@.venv/bin/python manage.py doctor

lock: ## requirements.in -> requirements.lock, with hashes
	@.ci/prepare run
	@.ci/lock

clean: ## take away what can be made again; the data in var/ stays
	rm -rf .venv .pytest_cache .ruff_cache .import_linter_cache .hypothesis var/mypy var/test-results
