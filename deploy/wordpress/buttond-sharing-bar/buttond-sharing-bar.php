<?php
/**
 * Plugin Name:       buttond Sharing Bar
 * Description:       A light sharing bar with counts of its own, from a buttond server of yours or of your provider.
 * Version:           0.1.0
 * Requires at least: 6.1
 * Requires PHP:      7.4
 * Author:            buttond
 * License:           GPL-2.0-or-later
 * License URI:       https://www.gnu.org/licenses/gpl-2.0.html
 * Text Domain:       buttond-sharing-bar
 * Domain Path:       /languages
 *
 * @package Buttond_Sharing_Bar
 */

namespace Buttond_Sharing_Bar;

defined( 'ABSPATH' ) || exit;

define( 'BUTTOND_SHARING_BAR_VERSION', '0.1.0' );
define( 'BUTTOND_SHARING_BAR_FILE', __FILE__ );

spl_autoload_register(
	static function ( $name ) {
		$prefix = __NAMESPACE__ . '\\';
		if ( 0 !== strpos( $name, $prefix ) ) {
			return;
		}
		$class = substr( $name, strlen( $prefix ) );
		$file  = __DIR__ . '/includes/class-' . strtolower( str_replace( '_', '-', $class ) ) . '.php';
		if ( is_readable( $file ) ) {
			require $file;
		}
	}
);

Plugin::start();
