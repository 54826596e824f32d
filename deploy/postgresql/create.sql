-- Hai tài khoản và cơ sở dữ liệu của khcn. Chạy một lần, bằng tài khoản postgres: psql --file create.sql
-- Two roles and the database (docs/adr/0030). Both sign in as the system account khcn (pg_ident.conf), without passwords.
CREATE ROLE khcn_owner LOGIN;
CREATE ROLE khcn LOGIN CREATEDB IN ROLE pg_read_all_stats;
CREATE DATABASE khcn OWNER khcn_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
-- The application needs no temporary tables, which statements of somebody else could hide tables of ours behind.
REVOKE TEMPORARY ON DATABASE khcn FROM PUBLIC;
