<?php
/**
 * Being written.
 *
 * @package Buttond_Sharing_Bar
 */

namespace Buttond_Sharing_Bar;

defined( 'ABSPATH' ) || exit;

/**
 * Being written.
 */
final class Site_Health {

	/**
	 * Hooks in.
	 */
	public static function hooks() {
	}
}
