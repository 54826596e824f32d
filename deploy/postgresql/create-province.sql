-- Một tỉnh trong cơ sở dữ liệu đã có: hai tài khoản và một lược đồ (schema) riêng. Chạy bằng tài khoản postgres, mỗi tỉnh một lần:
--   psql --dbname khcn --set province=p06 --file create-province.sql
-- rồi đặt ?currentSchema=p06 vào DATABASE_URL và KHCN_OWNER_DATABASE_URL của tỉnh ấy (docs/adr/0032).
\set ON_ERROR_STOP on
SET client_min_messages TO warning;
\set owner :province _owner
-- Of all provinces: where every role may use them, and none may put anything beside them.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;
CREATE EXTENSION IF NOT EXISTS btree_gin SCHEMA public;
CREATE ROLE :"owner" LOGIN;
CREATE ROLE :"province" LOGIN CREATEDB IN ROLE pg_read_all_stats;
-- Nobody else may look into it; what the province's application may do there, its owner grants (docs/adr/0030).
CREATE SCHEMA :"province" AUTHORIZATION :"owner";
