// WordPress's rules for the plugin's JavaScript, which is run as it stands: no JSX, no build, no module.
const wordpress = require( '../../../build/eslint/node_modules/@wordpress/eslint-plugin' );

module.exports = [
	...wordpress.configs.recommended,
	{
		languageOptions: {
			ecmaVersion: 2020,
			sourceType: 'script',
			globals: { document: 'readonly', window: 'readonly', wp: 'readonly' },
		},
		settings: { react: { version: '18.2' } },
		rules: {
			'@wordpress/i18n-text-domain': [ 'error', { allowedTextDomain: 'buttond-sharing-bar' } ],
		},
	},
];
