-- Như deploy/postgresql/create.sql, với mật khẩu: ứng dụng đến qua mạng. psql --variable app=… --variable owner=… --file create.sql
-- The roles of deploy/postgresql/create.sql with passwords, as the application comes over the network.
CREATE ROLE khcn_owner LOGIN PASSWORD :'owner';
CREATE ROLE khcn LOGIN CREATEDB PASSWORD :'app' IN ROLE pg_read_all_stats;
CREATE DATABASE khcn OWNER khcn_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
REVOKE TEMPORARY ON DATABASE khcn FROM PUBLIC;
